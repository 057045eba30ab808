"""How large what travels may be; the broker, the till and the collector hold to the same."""

from __future__ import annotations

BATCH_FACTS_MAX = 500
BATCH_BYTES = 128 << 10
"""To here a batch is filled, before compression. One fact alone may be longer: the largest sale."""
FACT_BYTES_MAX = 4 << 20
"""A sale of ten thousand lines is 1.2 MB; what is longer than this no till ever wrote."""
PAYLOAD_BYTES_MAX = 1 << 20
"""Of one MQTT message of a till."""
PACKET_BYTES_MAX = PAYLOAD_BYTES_MAX + 4096
"""With its topic and properties: what the broker, and collectors behind it, let through."""
NOTE_BYTES_MAX = 16 << 10
"""Of everything that is no batch of facts: hello, acknowledgement, health, state, alert."""
DEPTH_MAX = 32
"""Of nested JSON; facts are five deep."""
TEXT_MAX = 512
"""Characters of a person, a cause, a name."""
INTEGER_MAX = 2**63 - 1
"""What the columns of both sides hold."""
AT_MS_MAX = 253_402_300_799_999
"""The last moment of the year 9999."""
