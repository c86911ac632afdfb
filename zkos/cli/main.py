"""``zkos``: the group of commands, and the one place where errors become an exit status.

Exit status: 0 success, 1 the run or a comparison failed, 2 bad input. A failure is one line on
stderr, ``zkos: message``. An error of the program itself is reported in one line too, with status
1; ``ZKOS_DEBUG=1`` shows its traceback.
"""

import os
import sys
import traceback
from collections.abc import Sequence

import click

from zkos import __version__
from zkos.cli.bench import bench
from zkos.cli.build_block import build_block_command
from zkos.cli.call import call, estimate
from zkos.cli.compare import compare
from zkos.cli.kernel import kernel
from zkos.cli.machine import machine
from zkos.cli.node import node
from zkos.cli.prove_input import prove_input
from zkos.cli.prove_log import prove_log
from zkos.cli.recover import recover
from zkos.cli.run import run
from zkos.cli.statetest import statetest
from zkos.cli.t8n import t8n
from zkos.host.errors import ZkosError
from zkos.host.settings import read_settings

BAD_INPUT = 2
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="zkos")
def zkos() -> None:
    """ZKsync OS in Python: run blocks, prepare proving runs, run machine images."""


COMMANDS = (
    run,
    recover,
    build_block_command,
    call,
    estimate,
    node,
    prove_input,
    prove_log,
    compare,
    machine,
    kernel,
    statetest,
    t8n,
    bench,
)

for command in COMMANDS:
    zkos.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(run_command(arguments))


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status."""
    try:
        outcome = zkos.main(args=arguments, prog_name="zkos", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return BAD_INPUT
    except click.ClickException as error:
        return _fail(error.format_message(), BAD_INPUT)
    except ZkosError as error:
        if error.details:
            print(error.details, file=sys.stderr)
        return _fail(error.line, error.exit_status)
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads any more
        return 1
    except Exception as error:
        if read_settings().shows_tracebacks:
            traceback.print_exc()
        name = type(error).__name__
        message = " ".join(str(error).split())
        return _fail(f"internal error: {name}: {message} (ZKOS_DEBUG=1 shows where)", 1)
    return outcome if isinstance(outcome, int) else 0


def _fail(message: str, status: int) -> int:
    print(f"zkos: {' '.join(message.split())}", file=sys.stderr)
    return status
