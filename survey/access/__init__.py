"""Who may do what? People with roles, passcodes of their own, sessions, and the rules of the house."""

from survey.access.names import ADMINISTRATOR, LONGEST_NAME, same_person
from survey.access.passcodes import ensure_passcode, rehash, reset_passcode, tried_for, verify
from survey.access.patience import FIRST_WAIT, FREE_TRIES, LONGEST_WAIT, Patience
from survey.access.people import Person, add, change, everybody, identified, people, remove_passcode, role_of, who
from survey.access.rules import Rules, read_rules
from survey.access.sessions import SESSION_SECONDS, end_session, new_session, session_person, session_seen

__all__ = [
    "ADMINISTRATOR",
    "FIRST_WAIT",
    "FREE_TRIES",
    "LONGEST_NAME",
    "LONGEST_WAIT",
    "SESSION_SECONDS",
    "Patience",
    "Person",
    "Rules",
    "add",
    "change",
    "end_session",
    "ensure_passcode",
    "everybody",
    "identified",
    "new_session",
    "people",
    "read_rules",
    "rehash",
    "remove_passcode",
    "reset_passcode",
    "role_of",
    "same_person",
    "session_person",
    "session_seen",
    "tried_for",
    "verify",
    "who",
]
