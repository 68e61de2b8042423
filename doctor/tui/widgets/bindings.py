"""The key table as Textual's bindings."""

from textual.binding import Binding, BindingType

from doctor.tui import keys


def bindings(*scopes: keys.Scope) -> list[BindingType]:
    """The bindings of these scopes; ours are shown by our own footer, never by Textual's."""
    made: list[BindingType] = []
    for key in keys.of(*scopes):
        if key.action in keys.WITH_KEY:
            made += [Binding(one, f"{key.action}({one!r})", key.help, show=False) for one in key.keys.split(",")]
        else:
            made.append(Binding(key.keys, key.action, key.help, show=False))
    return made
