"""Why can estimates not be added like numbers? Because a result without their covariance would look certain."""

from collections.abc import Callable
from typing import Any, NoReturn

from analysis.estimation.errors import EstimationError


def _refusing(operation: str) -> Callable[..., NoReturn]:
    def refuse(self: object, *_others: object) -> NoReturn:
        raise EstimationError("EST_ARITHMETIC", operation=operation)

    return refuse


class NoArithmetic:
    """Refuses arithmetic, order, conversion to a number and numpy functions with EST_ARITHMETIC, which names the cure.

    Equality with another estimate is identity, so that estimates may be keys and members; with a number it is refused.
    """

    __slots__ = ()

    __add__ = __radd__ = __iadd__ = _refusing("+")
    __sub__ = __rsub__ = __isub__ = _refusing("-")
    __mul__ = __rmul__ = __imul__ = _refusing("*")
    __truediv__ = __rtruediv__ = __itruediv__ = _refusing("/")
    __floordiv__ = __rfloordiv__ = __ifloordiv__ = _refusing("//")
    __mod__ = __rmod__ = __imod__ = _refusing("%")
    __divmod__ = __rdivmod__ = _refusing("divmod")
    __pow__ = __rpow__ = __ipow__ = _refusing("**")
    __matmul__ = __rmatmul__ = __imatmul__ = _refusing("@")
    __lt__ = __ge__ = _refusing("<")
    __gt__ = __le__ = _refusing(">")
    __neg__, __pos__, __abs__ = _refusing("-"), _refusing("+"), _refusing("abs")
    __float__, __int__, __complex__ = _refusing("float"), _refusing("int"), _refusing("complex")
    __index__, __round__ = _refusing("int"), _refusing("round")

    def __array_ufunc__(self, function: Any, *_rest: object, **_options: object) -> NoReturn:
        raise EstimationError("EST_ARITHMETIC", operation=getattr(function, "__name__", str(function)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, NoArithmetic):
            return self is other
        if hasattr(other, "__array__") or hasattr(other, "__float__"):
            raise EstimationError("EST_ARITHMETIC", operation="==")
        return NotImplemented

    __hash__ = object.__hash__
