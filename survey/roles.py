"""Which page is there for whom? One table of roles; a page that is not in it is the administrator's alone."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Role = Literal["administrator", "analyst", "entry", "approver", "viewer"]
"""What somebody may do at the desk. A viewer sees the results of the own units and nothing else."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)


def _whom(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_ADMINISTRATOR: Final = _whom("administrator")
_DECIDING: Final = _whom("administrator", "approver")
_ANALYSTS: Final = _whom("administrator", "analyst")
_ENTRY: Final = _ANALYSTS | _whom("entry")
_APPROVERS: Final = _ANALYSTS | _whom("approver")
_STAFF: Final = _ENTRY | _APPROVERS

PAGES: Final[Mapping[str, frozenset[Role]]] = {
    # before a round
    "danh-muc-don-vi": _ANALYSTS,
    "lap-dot": _ANALYSTS,
    "bo-phieu": _ANALYSTS,
    "dot-khao-sat": _ANALYSTS,
    # collecting
    "so-phieu": _STAFF,
    "tien-do": _STAFF,
    "cach-tra-loi": _ENTRY,
    "nhap-tep": _ENTRY,
    "nhap-doi": _ENTRY,
    "chat-luong": _APPROVERS,
    "huy-phieu": _APPROVERS,
    # results
    "ket-qua": _APPROVERS,
    "don-vi": _APPROVERS,
    "xep-hang": _APPROVERS,
    "mot-don-vi": _APPROVERS | _whom("viewer"),
    "so-sanh": _APPROVERS,
    "tung-cau": _APPROVERS,
    "uu-tien": _APPROVERS,
    "bang-diem": _ANALYSTS,
    "kiem-tra": _ANALYSTS,
    "ho-so": _ANALYSTS,
    "tai-bao-cao": _ANALYSTS,
    # care
    "nhat-ky": _DECIDING,
    "nguoi-dung": _ADMINISTRATOR,
    "suc-khoe": _ADMINISTRATOR,
}
"""The desk's pages by the last part of their address, and whom each is there for."""

WAYS: Final[Mapping[str, frozenset[Role]]] = {
    "/in/ap-phich": _ENTRY,
    "/in/giay-moi": _ANALYSTS,
    "/xem-thu": _ANALYSTS,
    "kenh=assisted": _ENTRY,
    "kenh=paper": _ENTRY,
    "invitations": _ANALYSTS,
    "void.decide": _DECIDING,
}
"""What is no page of its own: printed pages, the staff's two ways into the form, making one-time codes, deciding
about a slip."""


def opens(role: Role | None, what: str) -> bool:
    """Whether this page (its slug) or way (see WAYS) is there for who has this role; None is nobody."""
    return role is not None and role in (PAGES.get(what) or WAYS.get(what) or _ADMINISTRATOR)
