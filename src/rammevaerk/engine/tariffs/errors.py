"""What makes a tariff impossible: the field at fault and a Danish sentence on what to do."""

from rammevaerk.engine.errors import EngineError


class TariffError(EngineError):
    """Input from which no tariff follows; `field` names it and `reason_da` says why."""

    def __init__(self, field: str, reason_da: str) -> None:
        self.field = field
        self.reason_da = reason_da
        super().__init__(f"{field}: {reason_da}")
