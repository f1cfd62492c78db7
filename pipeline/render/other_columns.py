"""The columns of the workbook that have no role, as a template names them: `autres["Observations"]`."""

from __future__ import annotations

from pipeline.french.words import fold


class Autres(dict[str, str]):
    """The texts of those columns by header; case, accents and signs of a header do not count, an absent one is a fault.

    Sheets may write one header in two ways, and a row then fills one of them: the first that is not blank is meant.
    """

    def __contains__(self, header: object) -> bool:
        """Return whether a column has this header, or one that a reader would take for it."""
        return bool(self._like(header))

    def __getitem__(self, header: str) -> str:
        """Return the text of a column, "" where the cell is blank. Raises KeyError when there is no such column."""
        like = self._like(header)
        if not like:
            raise KeyError(header)
        texts = [text for name in like if (text := super(Autres, self).__getitem__(name))]
        return texts[0] if texts else ""

    def blank(self) -> Autres:
        """Return the same columns, their cells blank."""
        return Autres(dict.fromkeys(self, ""))

    def _like(self, header: object) -> list[str]:
        """Return the headers that are meant, the very one first."""
        if not isinstance(header, str):
            return []
        folded = fold(header)
        return sorted(
            (name for name in self if name == header or fold(name) == folded), key=lambda name: name != header
        )


class AnyAutres(Autres):
    """What a template may say of a workbook that nobody has opened yet: any column, shown by its header."""

    def __init__(self, shown: str = "({})") -> None:
        super().__init__()
        self._shown = shown

    def __contains__(self, header: object) -> bool:
        """Return whether this may be a header."""
        return isinstance(header, str)

    def __getitem__(self, header: str) -> str:
        """Return the header, in brackets."""
        return self._shown.format(header)

    def blank(self) -> AnyAutres:
        """Return any column, its cells blank."""
        return AnyAutres("")
