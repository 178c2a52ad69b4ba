"""The errors of exchange: each carries a Danish sentence that says what, where and what to do."""


class ExchangeError(Exception):
    """A file that cannot be used as it is."""


class Objection(ExchangeError):
    """What is wrong with a file, as the end of a sentence that begins with the file's name.

    Raised where the name is not known; `filetype.judge` and `plaintext.read_places` turn it into
    the errors that people see.
    """

    def __init__(self, predicate_da: str, code: str) -> None:
        self.predicate_da = predicate_da
        self.code = code
        super().__init__(f"Filen {predicate_da}")


class RefusedFile(ExchangeError):
    """A file that may not be taken in; `reason_da` is one or more whole Danish sentences."""

    def __init__(self, reason_da: str, code: str) -> None:
        self.reason_da = reason_da
        self.code = code
        super().__init__(reason_da)


class UnreadableFile(ExchangeError):
    """A file whose text cannot be read in full, so that nobody can say what it hides."""

    def __init__(self, reason_da: str) -> None:
        self.reason_da = reason_da
        super().__init__(reason_da)


DAMAGED_DA = (
    "er beskadiget og kan ikke åbnes. Åbn den i det program, den er lavet i, gem den igen, "
    "og prøv med den nye fil."
)
ENCRYPTED_DA = "er beskyttet med adgangskode. Fjern adgangskoden, gem filen, og prøv igen."
