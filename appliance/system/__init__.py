"""The few things a till asks of its machine that want root: power, Wi-Fi, a stick, the time zone.

On an appliance a helper listens at a socket and does what its table of orders knows. On a desk there
is none: `ask` raises NoSystem, and screens leave those keys out.
"""

from appliance.system.client import SOCKET, NoSystem, ask, is_here

__all__ = ["SOCKET", "NoSystem", "ask", "is_here"]
