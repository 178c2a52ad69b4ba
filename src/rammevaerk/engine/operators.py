"""The kinds of operator that the law treats differently."""

from enum import StrEnum


class OperatorKind(StrEnum):
    """Who runs a facility."""

    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    PRIVATE = "private"
    PRIVATE_WITH_AGREEMENT = "private_with_agreement"  # "driftsaftale" with an authority

    @property
    def public(self) -> bool:
        """Whether a municipality or a region is itself the seller."""
        return self in {OperatorKind.MUNICIPAL, OperatorKind.REGIONAL}
