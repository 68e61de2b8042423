"""Two looks, dark and light, and each again in the terminal's own sixteen colours.

The style sheet names only what a colour means (``$critical``, ``$key``); here it gets its value.
"""

from textual.theme import BUILTIN_THEMES, Theme

from doctor.tui.terminal import Shade

_MEANINGS: dict[str, dict[str, str]] = {
    "doctor-dark": {
        "critical": "#ff5f7e",
        "caution": "#ffb14e",
        "fine": "#95d35d",
        "note": "#62cdf0",
        "unseen": "#c79bf2",
        "key": "#62cdf0",
        "muted": "#8b93a1",
        "faint": "#4a515e",
        "bar": "#1f2a36",
        "cursor": "#1769c9",
        "cursor-text": "#ffffff",
        "resting": "#2b3441",
    },
    "doctor-light": {
        "critical": "#b3002d",
        "caution": "#8f4a00",
        "fine": "#2f6b00",
        "note": "#00628a",
        "unseen": "#6d2ea8",
        "key": "#00557a",
        "muted": "#5c6470",
        "faint": "#b4bac4",
        "bar": "#dbe4ee",
        "cursor": "#1769c9",
        "cursor-text": "#ffffff",
        "resting": "#cfd9e6",
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
    _own("dark", "#dde1e8", "#12151a", "#171b21"),
    _own("light", "#1b1f26", "#fbfbf9", "#f2f3f1"),
    _ansi("dark"),
    _ansi("light"),
)
