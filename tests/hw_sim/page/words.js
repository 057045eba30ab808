// The page's words, in both languages. {x} is filled in.
const WORDS = {
  uk: {
    title: "Прилавок",
    lead: "усе, що підключено до каси, тут несправжнє; дроти справжні. Натисніть на товар, щоб відсканувати",
    first: "Спершу відкрийте зміну на екрані каси, а тоді скануйте товари",
    goods: "Товари", scale: "Ваги", printer: "Принтер", drawer: "Шухляда", pole: "Дисплей покупця",
    wires: "Дроти", log: "Що йде дротами", no_receipts: "Тут з’являться чеки",
    scanner: "Сканер", paper: "Папір", cover: "Кришка",
    payment: "Оплата", protocol: "Протокол термінала", paper_scan: "Піднести код цього паперу до сканера",
    terminal: "Термінал", bank: "Банк (QR)", club: "Сервер клубу",
    shows_ready: "Готовий", shows_card: "Прикладіть картку", shows_approved: "Схвалено", shows_declined: "Відмовлено",
    shows_cancelled: "Скасовано", shows_busy: "Зайнятий", shows_back: "Повернено", shows_off: "Вимкнено",
    next: "далі: {what}",
    terminal_approve: "Картка: схвалити", terminal_decline: "Відмовити", terminal_part: "Лише частину", terminal_other: "На 1,00 більше",
    terminal_cancel: "Червона клавіша", terminal_lose: "Відповідь загубиться", terminal_silent: "Мовчати", terminal_late: "Відповісти пізно",
    terminal_foreign: "Хтось уручну", terminal_busy: "Зайнятий",
    cut_before_question: "✂ до запиту", cut_after_question: "✂ після запиту", cut_before_answer: "✂ до відповіді", cut_restart: "⟳ Вимкнути й увімкнути",
    phone_asleep: "Телефон", phone_nothing: "Коду не видно", phone_bill: "Рахунок", phone_transfer: "Переказ", phone_paid: "Сплачено",
    phone_failed: "Не вдалося", phone_never: "Сховати", phone_later: "Сплатить згодом", phone_over: "Рахунок закрито",
    phone_scan: "Сканувати екран", phone_pay: "Сплатити", phone_other: "На 1,00 більше", phone_fail: "Не вдасться", phone_late: "Згодом",
    card_club: "Картка клубу", card_badge: "Бейдж", card_gift: "Подарункова, NFC", card_bank: "Банківська", card_code: "Подарункова, код",
    books: "Оплати", asked: "Запит", journal_says: "Журнал", charged: "Знято", no_payments: "Тут стане кожна оплата: що каже журнал і що справді знято",
    not_charged: "ні", by_hand: "уручну",
    state_created: "ще не надіслано", state_sent: "надіслано", state_approved: "схвалено", state_partially_approved: "частково",
    state_declined: "відмовлено", state_cancelled: "скасовано", state_unknown: "невідомо", state_reversed: "повернено", state_settled: "звірено",
    verdict_agrees: "сходиться", verdict_open: "каса ще не знає", verdict_differs: "не сходиться", verdict_by_hand: "каса про це не просила",
    book_agrees: "журнал і банк сходяться", book_open: "ще невідомо: {n}", book_differs: "не сходиться: {n}",
    working: "каса працює", latency: "каса працює · {ms} мс від скану до рядка",
    starting: "каса вмикається…", off: "каса без живлення", crashed: "каса впала, вмикається знову",
    lost: "немає зв’язку з прилавком", lost_dark: "Прилавок не відповідає.\nЗапустіть його знову: make run",
    paper_left: "паперу {n} %", paper_none: "паперу немає", cover_open: "кришку відкрито", cable_out: "від’єднано",
    drawer_closed: "зачинена", drawer_open: "відкрита {s} с", drawer_push: "Зачинити шухляду", drawer_key: "Відчинити шухляду ключем",
    steady: "стійко", moving: "рухається", kg: "{kg} кг",
    power: "Висмикнути живлення", power_off: "Без живлення…", power_on: "Вмикається…",
    unknown: "Невідомий код", damaged: "Пошкоджений код", label: "етикетка: {kg} кг", per_kg: "{price}/кг",
    screen: "Екран каси: натискайте й набирайте, як на справжньому", bytes: "{n} Б", seq: "№{n}", piece: "{n} × ",
    who_scanner: "сканер", who_printer: "принтер", who_drawer: "шухляда", who_scale: "ваги", who_pole: "дисплей", who_till: "каса",
    scanned: "{v}", printer_well: "як справи?", printer_offline_why: "чому не готовий?", printer_fault: "чи є збій?",
    paper_how: "як папір?", drawer_pulse: "імпульс шухляді", receipt_raster: "чек картинкою", receipt_qr: "QR-код",
    paper_cut: "відрізати", receipt_text: "чек текстом", paper_out: "паперу немає", paper_low: "папір закінчується", well: "усе гаразд",
    weigh_asked: "скільки важить?", weight: "{v} кг", weight_not_ready: "ще рухається", pole_text: "{v}",
    pulse_begins: "імпульс", pulse_ends: "кінець імпульсу", sensor_open: "відчинилась", sensor_closed: "зачинилась",
  },
  en: {
    title: "The counter",
    lead: "everything plugged into the till is simulated; the wires are real. Click goods to scan them",
    first: "First open the shift on the till’s screen, then scan some goods",
    goods: "Goods", scale: "Scale", printer: "Printer", drawer: "Drawer", pole: "Customer display",
    wires: "Wires", log: "What passes over the wires", no_receipts: "Receipts will come out here",
    scanner: "Scanner", paper: "Paper", cover: "Cover",
    payment: "Payment", protocol: "The terminal’s protocol", paper_scan: "Hold this paper’s code to the scanner",
    terminal: "Terminal", bank: "Bank (QR)", club: "Club’s host",
    shows_ready: "Ready", shows_card: "Present card", shows_approved: "Approved", shows_declined: "Declined",
    shows_cancelled: "Cancelled", shows_busy: "Busy", shows_back: "Given back", shows_off: "Off",
    next: "next: {what}",
    terminal_approve: "Card: approve", terminal_decline: "Decline", terminal_part: "Only a part", terminal_other: "1.00 too much",
    terminal_cancel: "Red key", terminal_lose: "Answer gets lost", terminal_silent: "Stay silent", terminal_late: "Answer late",
    terminal_foreign: "Somebody by hand", terminal_busy: "Busy",
    cut_before_question: "✂ before question", cut_after_question: "✂ after question", cut_before_answer: "✂ before answer", cut_restart: "⟳ Off and on",
    phone_asleep: "Phone", phone_nothing: "No code in sight", phone_bill: "Bill", phone_transfer: "Transfer", phone_paid: "Paid",
    phone_failed: "Failed", phone_never: "Put away", phone_later: "Pays later", phone_over: "The bill is over",
    phone_scan: "Scan the screen", phone_pay: "Pay", phone_other: "1.00 too much", phone_fail: "Fail", phone_late: "Later",
    card_club: "Club card", card_badge: "Badge", card_gift: "Gift card, NFC", card_bank: "Bank card", card_code: "Gift card, code",
    books: "Payments", asked: "Asked", journal_says: "Journal", charged: "Charged", no_payments: "Each payment comes here: what the journal says, and what was really charged",
    not_charged: "no", by_hand: "by hand",
    state_created: "not sent yet", state_sent: "sent", state_approved: "approved", state_partially_approved: "a part",
    state_declined: "declined", state_cancelled: "cancelled", state_unknown: "unknown", state_reversed: "given back", state_settled: "settled",
    verdict_agrees: "agrees", verdict_open: "the till does not know yet", verdict_differs: "differs", verdict_by_hand: "the till did not ask for it",
    book_agrees: "journal and bank agree", book_open: "not known yet: {n}", book_differs: "differs: {n}",
    working: "the till works", latency: "the till works · {ms} ms from scan to line",
    starting: "the till is starting…", off: "the till has no power", crashed: "the till crashed, starting again",
    lost: "the counter does not answer", lost_dark: "The counter does not answer.\nStart it again: make run",
    paper_left: "paper {n} %", paper_none: "no paper", cover_open: "cover open", cable_out: "unplugged",
    drawer_closed: "closed", drawer_open: "open for {s} s", drawer_push: "Push the drawer shut", drawer_key: "Open the drawer with its key",
    steady: "steady", moving: "moving", kg: "{kg} kg",
    power: "Pull the plug", power_off: "No power…", power_on: "Starting…",
    unknown: "Unknown code", damaged: "Damaged code", label: "label: {kg} kg", per_kg: "{price}/kg",
    screen: "The till’s screen: touch it and type as on a real one", bytes: "{n} B", seq: "#{n}", piece: "{n} × ",
    who_scanner: "scanner", who_printer: "printer", who_drawer: "drawer", who_scale: "scale", who_pole: "display", who_till: "till",
    scanned: "{v}", printer_well: "how are you?", printer_offline_why: "why not ready?", printer_fault: "any fault?",
    paper_how: "how is the paper?", drawer_pulse: "drawer pulse", receipt_raster: "receipt as a picture", receipt_qr: "QR code",
    paper_cut: "cut", receipt_text: "receipt as text", paper_out: "no paper", paper_low: "paper runs low", well: "all is well",
    weigh_asked: "what does it weigh?", weight: "{v} kg", weight_not_ready: "still moving", pole_text: "{v}",
    pulse_begins: "pulse", pulse_ends: "pulse ends", sensor_open: "opened", sensor_closed: "closed",
  },
};

let language = localStorage.getItem("language") ?? (/^(uk|ru)/.test(navigator.language) ? "uk" : "en");
if (!(language in WORDS)) language = "uk";

export const speaks = () => language;

export function speak(wanted) {
  language = wanted;
  localStorage.setItem("language", wanted);
}

export function say(key, values = {}) {
  const text = WORDS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

export const knows = (key) => key in WORDS[language];

// A number as people here write it.
export function number(value, decimals) {
  const locale = language === "uk" ? "uk-UA" : "en-GB";
  return new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
}
