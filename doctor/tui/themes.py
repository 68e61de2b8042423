"""Two looks, dark and light, and each again in the terminal's own sixteen colours.

The style sheet names only what a colour means (``$critical``, ``$key``); here it gets its value.
"""

from textual.theme import BUILTIN_THEMES, Theme

from doctor.tui.terminal import Shade

# Our own colours are all of the 256 that most terminals have: another one would be drawn as its nearest, a grey as a blue.
_MEANINGS: dict[str, dict[str, str]] = {
    "doctor-dark": {
        "critical": "#ff5f87",
        "caution": "#ffaf5f",
        "fine": "#87d75f",
        "note": "#5fd7ff",
        "unseen": "#d7afff",
        "key": "#5fd7ff",
        "muted": "#949494",
        "faint": "#4e4e4e",
        "bar": "#303030",
        "cursor": "#005fd7",
        "cursor-text": "#ffffff",
        "resting": "#3a3a3a",
    },
    "doctor-light": {
        "critical": "#af0000",
        "caution": "#875f00",
        "fine": "#005f00",
        "note": "#005f87",
        "unseen": "#5f00af",
        "key": "#005f87",
        "muted": "#626262",
        "faint": "#b2b2b2",
        "bar": "#dadada",
        "cursor": "#005fd7",
        "cursor-text": "#ffffff",
        "resting": "#d0d0d0",
    },
    "doctor-dark-ansi": {
        "critical": "ansi_bright_red",
        "caution": "ansi_yellow",
        "fine": "ansi_green",
        "note": "ansi_cyan",
        "unseen": "ansi_magenta",
        "key": "ansi_bright_cyan",
        "muted": "ansi_default",
        "faint": "ansi_default",
        "bar": "ansi_default",
        "cursor": "ansi_default",
        "cursor-text": "ansi_default",
        "resting": "ansi_default",
    },
    "doctor-light-ansi": {
        "critical": "ansi_red",
        "caution": "ansi_red",
        "fine": "ansi_green",
        "note": "ansi_blue",
        "unseen": "ansi_magenta",
        "key": "ansi_blue",
        "muted": "ansi_default",
        "faint": "ansi_default",
        "bar": "ansi_default",
        "cursor": "ansi_default",
        "cursor-text": "ansi_default",
        "resting": "ansi_default",
    },
}
DEFAULTS = _MEANINGS["doctor-dark"]
"""Every meaning has a value before a theme is chosen."""


def name(shade: Shade, *, own_colors: bool) -> str:
    """The theme for a shade, in our colours or in the terminal's."""
    return f"doctor-{shade}" if own_colors else f"doctor-{shade}-ansi"


def _ansi(shade: Shade) -> Theme:
    meanings = _MEANINGS[f"doctor-{shade}-ansi"]
    plain = "ansi_default"
    return Theme(
        name=f"doctor-{shade}-ansi",
        ansi=True,
        dark=shade == "dark",
        primary="ansi_blue",
        warning=meanings["caution"],
        error=meanings["critical"],
        success=meanings["fine"],
        accent=meanings["key"],
        foreground=plain,
        background=plain,
        surface=plain,
        panel=plain,
        boost=plain,
        variables={
            **BUILTIN_THEMES[f"ansi-{shade}"].variables,
            **meanings,
            "input-cursor-background": plain,
            "input-cursor-foreground": plain,
            "input-cursor-text-style": "reverse",
            "scrollbar": "ansi_bright_black",
            "scrollbar-hover": "ansi_white",
            "scrollbar-active": "ansi_white",
            "scrollbar-background": plain,
            "scrollbar-background-hover": plain,
            "scrollbar-background-active": plain,
        },
    )


def _own(shade: Shade, foreground: str, background: str, surface: str) -> Theme:
    meanings = _MEANINGS[f"doctor-{shade}"]
    return Theme(
        name=f"doctor-{shade}",
        dark=shade == "dark",
        primary=meanings["cursor"],
        warning=meanings["caution"],
        error=meanings["critical"],
        success=meanings["fine"],
        accent=meanings["key"],
        foreground=foreground,
        background=background,
        surface=surface,
        panel=meanings["bar"],
        variables={
            **meanings,
            "scrollbar": meanings["faint"],
            "scrollbar-hover": meanings["muted"],
            "scrollbar-active": meanings["key"],
            "scrollbar-background": background,
            "scrollbar-background-hover": background,
            "scrollbar-background-active": background,
        },
    )


THEMES = (
    _own("dark", "#dadada", "#121212", "#1c1c1c"),
    _own("light", "#1c1c1c", "#ffffff", "#eeeeee"),
    _ansi("dark"),
    _ansi("light"),
)
