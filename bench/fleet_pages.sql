-- A large fleet, for bench/fleet_pages.py. :shops, :tills, :each (facts of a till), :now (ms), :days.

INSERT INTO shop (shop, tenant, name, region, lat, lon, opens, closes)
SELECT 'shop-' || n, 'kram', 'Магазин ' || n, 'region ' || n % 24, 44 + n % 97 * 0.08,
       22 + n % 89 * 0.2, '08:00', '21:00'
FROM generate_series(1, :shops) n;

INSERT INTO till (uid, tenant, shop, name, number, sw, epoch, max_seq, state, seen_ms, enrolled_ms,
                  cert_until_ms)
SELECT '01J' || lpad(n::text, 23, '0'), 'kram', 'shop-' || (n % :shops + 1), 'Каса ' || (n / :shops + 1),
       n / :shops + 1, '2.4.' || n % 3, 1, :each + (n % 40 = 0)::int * 55,
       CASE WHEN n % 97 = 0 THEN 'lost' WHEN n % 17 = 0 THEN 'closed' ELSE 'ready' END,
       :now - n % 300 * 1000, :now - 90000000000, :now + n % 90 * 86400000::bigint
FROM generate_series(0, :tills - 1) n;

INSERT INTO cursor (till, epoch, next, hash, at_ms, recv_ms)
SELECT uid, 1, :each + 1, '\x00', :now - 60000,
       CASE WHEN number = 2 THEN :now - 3600000 ELSE :now - 50000 END
FROM till;

INSERT INTO certificate (serial, till, fingerprint, public_key, issued_ms, not_after_ms, revoked_ms)
SELECT uid || n, uid, md5(uid || n), '', :now - n * 5184000000, :now + 7776000000 - n * 5184000000,
       CASE WHEN n = 0 AND hashtext(uid) % 50 = 0 THEN :now - 3600000 END
FROM till, generate_series(0, 3) n;

INSERT INTO item (tenant, sku, name, unit, taxes, low)
SELECT 'kram', n::text, 'Товар ' || n, 'H87', 'A', 5000000 FROM generate_series(1, 20000) n;

INSERT INTO shadow (till, document, desired_version, reported_version, at_ms)
SELECT uid, d, 31, 31 - (hashtext(uid || d) % 50 = 0)::int, :now - 7200000
FROM till, unnest(ARRAY['catalogue', 'prices', 'staff', 'config']) d;

INSERT INTO health_now (till, metric, at_ms, value)
SELECT uid, m, :now - 1000, 52000
FROM till, unnest(ARRAY['temperature_mc', 'disk_free_bytes', 'journal_bytes']) m;

INSERT INTO health (till, at_ms, metric, value)
SELECT uid, :now - n * 300000, 'temperature_mc', 50000 + n
FROM till, generate_series(1, 288) n WHERE shop = 'shop-7';

INSERT INTO alert (id, rule, tenant, shop, till, severity, opened_ms)
SELECT uid, 'offline', 'kram', shop, uid, 'critical', :now - 600000 FROM till WHERE state = 'lost';

INSERT INTO hour_total
SELECT shop, to_char(to_timestamp(:now / 1000) AT TIME ZONE 'Europe/Kyiv' - d * interval '1 day',
                     'YYYY-MM-DD'),
       h, 'UAH', 60, 180, 1300000, 1100000, 200000, 0, 0, 1, -4000, 0, 0, :now
FROM shop, generate_series(0, :days - 1) d, generate_series(8, 20) h
WHERE d > 0 OR h < 11;

INSERT INTO cashier_day
SELECT shop, to_char(to_timestamp(:now / 1000) AT TIME ZONE 'Europe/Kyiv' - d * interval '1 day',
                     'YYYY-MM-DD'),
       who, 90, 2000000, 0, 1, -4000, 2, 1, 3000, 1
FROM shop, generate_series(0, 6) d, unnest(ARRAY['olena', 'ivan']) who;

INSERT INTO shift
SELECT uid, 1, 100 - d, shop, '', '', 'UAH',
       to_char(to_timestamp(:now / 1000) AT TIME ZONE 'Europe/Kyiv' - d * interval '1 day', 'YYYY-MM-DD'),
       :now - d * 86400000::bigint - 9000000, 'olena',
       CASE WHEN d > 0 THEN :now - d * 86400000::bigint + abs(hashtext(uid)) % 3600000 END, 'olena',
       100 - d, 50000, 90000, 90000, CASE WHEN hashtext(uid || d) % 9 = 0 THEN -500 ELSE 0 END, 90,
       2000000, '{}', '', ''
FROM till, generate_series(0, 13) d;

INSERT INTO stock (shop, sku, quantity, moved_ms)
SELECT shop, n::text, (abs(hashtext(shop || n)) % 4000 - 8) * 1000000::bigint, :now - 100000
FROM shop, generate_series(1, 300) n;

INSERT INTO movement (till, epoch, seq, line, shop, sku, delta, reason, at_ms, lot, serial)
SELECT uid, 1, n, 0, shop, (n % 300 + 1)::text, -1000000, 'sale', :now - n * 60000, '', ''
FROM till, generate_series(1, 30) n;

INSERT INTO fact
SELECT uid, 1, n, :now - (:each - n) * 40000::bigint - 60000, 180, 'olena', '',
       (ARRAY['SaleStarted', 'LineAdded', 'LineAdded', 'LineAdded', 'Tendered', 'SaleCompleted',
              'PrintRequested', 'EffectStarted', 'EffectEnded', 'DrawerOpened'])[1 + n % 10], 1,
       '{"sale":7,"receipt":12,"total_minor":23400,"lines":[1,2,3],"more":"' || repeat('x', 120) || '"}',
       '\x00', :now
FROM till, generate_series(1, :each) n;

INSERT INTO sale
SELECT uid, 1, n, shop, 100, 1000 + n, 'olena',
       :now - (100 - n) * 400000 - abs(hashtext(uid)) % 400000, 180, '2026-06-01', 'completed', 3, 23400,
       0, 0, 23400, 0, 0, 0, 0, 'UAH', '[]', '', n * 10
FROM till, generate_series(1, 100) n;
