"""Web addresses are checked: a table may be fetched only from a public host, on the usual port, without a password.

The address of a Google spreadsheet's page becomes that of its CSV file.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode

from control_map.core.errors import FetchError
from control_map.core.sanitize import split_web_address

_PORTS = {"http": 80, "https": 443}
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(net)
    for net in """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24
    203.0.113.0/24 224.0.0.0/3 168.63.129.16/32
    2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20
    """.split()
)
"""The networks of the IANA registries of special-purpose addresses, and the one public address at which a cloud (Azure)
answers its own machines. They include the networks that only wrap another address: 6to4, Teredo and their relays."""
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""All IPv6 addresses that are allocated; the private, mapped (::ffff:0:0/96) and translated ones lie outside of it."""
_SHEET = re.compile(r"/spreadsheets(?:/u/\d+)?/d/(e/)?([\w-]{10,})(?:/.*)?")
_AIRTABLE_VIEW = re.compile(r"/(?:app\w+/)?shr\w+(?:/.*)?")
_UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class WebAddress:
    """A web address that may be requested; `host` is in ASCII, `path` includes the query."""

    scheme: str
    host: str
    port: int
    path: str


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and (ip not in _GLOBAL_UNICAST or "%" in address):
        return False
    return not any(ip in net for net in _NOT_PUBLIC if net.version == ip.version)


def read_address(url: str) -> WebAddress:
    """Parse a web address.

    Raises
    ------
    FetchError
        If no table may be fetched from it; the message states the reason.
    """
    parts = split_web_address(url)
    host = _ascii_host((parts and parts.hostname) or "")
    if parts is None or not host or _UNSAFE.search(url.strip()):
        raise FetchError(f"'{url}' is not a web address. Write it as https://example.org/reports.csv.")
    if parts.username is not None or parts.password is not None:
        raise FetchError("The address contains a user name or a password. Share the table so that it needs neither.")
    if parts.port not in (None, _PORTS[parts.scheme]):
        raise FetchError(f"The address has port {parts.port}. Only the usual port of {parts.scheme} is allowed.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebAddress(parts.scheme, host, _PORTS[parts.scheme], quote(path, safe="/?%:;,@&=+$!*'()~"))


def _ascii_host(host: str) -> str:
    """Return the name of a host as it is asked for, or an empty text if there can be no host of this name."""
    try:
        return host.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def find_download_url(url: str) -> str:
    """Return the address of the CSV file for the page of a Google spreadsheet; any other address stays as it is.

    The spreadsheet may be shared or published. The file of a shared view of Airtable has an address that cannot be
    derived from that of the view; the message states where the user finds it.

    Raises
    ------
    FetchError
        If the address is a shared view of Airtable.
    """
    parts = split_web_address(url)
    if parts is None:
        return url
    host = (parts.hostname or "").lower()
    if host == "airtable.com" and _AIRTABLE_VIEW.fullmatch(parts.path):
        raise FetchError(
            "This is the page of an Airtable view, not a table. Open the view's menu there, choose Download CSV, and "
            "give the address of the file."
        )
    sheet = _SHEET.fullmatch(parts.path) if host == "docs.google.com" else None
    if sheet is None:
        return url
    gid = next((both["gid"][0] for both in map(parse_qs, (parts.fragment, parts.query)) if "gid" in both), "")
    which = {"gid": gid} if gid.isdigit() else {}
    published, key = sheet.groups()
    if published:
        return f"https://docs.google.com/spreadsheets/d/e/{key}/pub?{urlencode({'output': 'csv', **which})}"
    return f"https://docs.google.com/spreadsheets/d/{key}/export?{urlencode({'format': 'csv', **which})}"
