"""What if the wrong file was imported, or the right one with wrong columns? Its slips are kept out of every estimate.

They stay in the record, as all do (survey.exclusions); the same rows may then be imported anew, under other keys.
"""

import json
from datetime import date
from typing import Final

from survey.exclusions import decide
from survey.incoming.keys import KIND, withdrawn
from survey.incoming.trial import Trial
from survey.keys import key_mark
from survey.store import Store

REASON: Final = "other"


def withdraw(store: Store, round_id: str, trial: Trial, text: str, *, actor: str, today: date) -> int:
    """Keep the slips that an earlier import of this file stored out of the estimates; returns how many.

    `text` says why. What was typed from paper under the same number stays. Raises Refused as `survey.exclusions.decide`
    and `Store.save_paper`.
    """
    slips = [slip for slip in store.responses(round_id) if slip.channel == "import" and slip.key_hash in trial.stored]
    done = decide(
        store,
        round_id,
        [slip.id for slip in slips],
        exclude=True,
        reason=REASON,
        text=text,
        actor=actor,
        today=today,
        all_of_them=True,
    )
    keys, revision = withdrawn(store, round_id)
    content = json.dumps(sorted(keys | {key_mark(slip.key_hash) for slip in slips}))
    store.save_paper(round_id, KIND, content, actor, today.isoformat(), after=revision)
    return done
