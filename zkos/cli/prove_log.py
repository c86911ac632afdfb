"""``zkos prove-log``: the proof that a log or message to L1 is in a batch."""

import json
from pathlib import Path

import click

from zkos.cli.options import json_option
from zkos.cli.tables import print_fields
from zkos.host.block_file import read_json
from zkos.host.errors import InputError, reading
from zkos.host.json_fields import Field
from zkos.host.logs import MOST_LOGS, LogsTree, LogToL1
from zkos.host.result_json import data, result_blocks


@click.command("prove-log", short_help="Prove that a log to L1 is in a batch.")
@click.argument("result", type=click.Path(path_type=Path))
@click.argument("position", type=int)
@json_option
def prove_log(result: Path, position: int, as_json: bool) -> None:
    """Prove the log at POSITION, counted over all blocks of a batch from 0.

    RESULT is what ``zkos run --json`` printed for the batch. A message's log has its keccak hash
    as value.
    """
    with reading(result):
        logs = _logs(Field(read_json(result)))
    if not 0 <= position < len(logs):
        raise InputError(f"expected the position of one of {len(logs)} logs, got {position}")
    tree = LogsTree(logs)
    siblings = [data(sibling) for sibling in tree.prove(position).siblings]
    document = {
        "position": position,
        "log": data(logs[position].encode()),
        "commitment": data(tree.commitment),
        "siblings": siblings,
    }
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        print_fields({**document, "siblings": " ".join(siblings)})


def _logs(result: Field) -> list[LogToL1]:
    found = [
        _log(log) for block in result_blocks(result) for log in block.need("l2_to_l1_logs").items()
    ]
    if len(found) > MOST_LOGS:
        raise result.refuse(f"a batch has at most {MOST_LOGS} logs, got {len(found)}")
    return found


def _log(field: Field) -> LogToL1:
    number = field.need("transaction_number")
    if not isinstance(number.value, int) or not 0 <= number.value < 1 << 16:
        raise number.wrong("a number of 16 bits")
    return LogToL1(
        number.value,
        int.from_bytes(field.need("sender").data(20), "big"),
        field.need("key").data(32),
        field.need("value").data(32),
    )
