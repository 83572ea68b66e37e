"""The command line: parse, call, print. Nothing heavy is imported before a command needs it.

Exit status: 0 done, 1 failed, 2 wrong use (also a setting that is missing or wrong).
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from bot.errors import ConfigError, InputError, KhabardarError
from khabardar.commands import archive, database, feeds, reading, service
from khabardar.output import note, redacted

app = typer.Typer(
    name="khabardar",
    help="Watches news feeds, extracts incidents and policy decisions, alerts who subscribed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich costs more to import than everything else --help needs
    context_settings={"help_option_names": ["-h", "--help"]},
)
service.register(app)
reading.register(app)
archive.register(app)
app.add_typer(feeds.app, name="feeds")
app.add_typer(database.app, name="db")


@app.callback()
def _options(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
) -> None:
    from bot import log

    ctx.obj = {"debug": debug}
    log.set_up("DEBUG" if debug else "WARNING")


def run(command: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit status; errors become one line on stderr."""
    click_command: Any = typer.main.get_command(command)
    debug = "--debug" in (sys.argv if arguments is None else arguments)
    try:
        status = click_command.main(args=arguments, standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        note("stopped")
        return 130
    except typer.TyperException as error:
        return _wrong_use(error)
    except KhabardarError as error:
        if debug:
            raise
        note(f"khabardar: {redacted(error)}")
        return 2 if isinstance(error, (ConfigError, InputError)) else 1
    except BrokenPipeError:
        return 0
    except Exception as error:
        if debug:
            raise
        note(f"khabardar: this should not happen: {redacted(error)} (--debug shows where)")
        return 1
    return status if isinstance(status, int) else 0


def _wrong_use(error: typer.TyperException) -> int:
    """Show what was wrong with the command line, with its usage; return the status."""
    show = getattr(error, "show", None)  # what the parser raises can, Typer's own errors cannot
    if show is None:
        note(f"khabardar: {error}")
    else:
        show()
    return error.exit_code
