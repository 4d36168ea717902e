"""Values as documents and back, by the fields of their class: one `Shape` for each noun that is kept.

The structure is cattrs' (its converter for BSON): days are ISO texts, enumerations their values, tuples lists. What an
older document lacks takes the default of its field, and what no field is named after is left alone.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.bson import BsonConverter, make_converter

Document = dict[str, Any]
T = TypeVar("T")

KEY, VERSION = "id", "version"
PLAIN = (str, int, float, bool, bytes)


@dataclass(frozen=True)
class Shape(Generic[T]):
    """How values of `kind`, a dataclass, are kept. Raises TypeError or KeyError for a document that is none of them.

    The value's `id` is the document's `_id`; its `version` is read and never written, for `Records` counts it.
    `sparse` names the fields of a class that are kept only where they say something other than their default.
    `read` makes a value of a class (or of one of several, as a union) within from what is kept of it, and `write` what
    is kept of a value of a class, where that is something other than its fields by their names.
    """

    kind: type[T]
    sparse: Mapping[type, Collection[str]] = field(default_factory=dict)
    read: Mapping[Any, Callable[[Any], Any]] = field(default_factory=dict)
    write: Mapping[type, Callable[[Any], Any]] = field(default_factory=dict)
    _converter: BsonConverter = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_converter", _converter_of(self.sparse, self.read, self.write))
        named: dict[str, Any] = {KEY: override(rename="_id")} if KEY in self._fields else {}
        spared = _spared(self.sparse.get(self.kind, ()))
        self._converter.register_unstructure_hook(
            self.kind, make_dict_unstructure_fn(self.kind, self._converter, **{**spared, **named})
        )
        self._converter.register_structure_hook(
            self.kind, make_dict_structure_fn(self.kind, self._converter, **named)
        )

    @property
    def _fields(self) -> Collection[str]:
        return getattr(self.kind, "__dataclass_fields__", {})

    def document(self, value: T) -> Document:
        made: Document = self._converter.unstructure(value)
        made.pop(VERSION, None)
        return made

    def value(self, found: Document) -> T:
        return self._converter.structure(found, self.kind)


def _converter_of(
    sparse: Mapping[type, Collection[str]],
    read: Mapping[Any, Callable[[Any], Any]],
    write: Mapping[type, Callable[[Any], Any]],
) -> BsonConverter:
    made = make_converter(detailed_validation=False, unstruct_collection_overrides={tuple: list})
    take_plain_as_it_is(made)
    for kind, names in sparse.items():
        made.register_unstructure_hook(kind, make_dict_unstructure_fn(kind, made, **_spared(names)))
    for kind, reader in read.items():
        made.register_structure_hook(kind, _by(reader))
    for kind, writer in write.items():
        made.register_unstructure_hook(kind, writer)
    return made


def take_plain_as_it_is(converter: BsonConverter) -> None:
    """Else cattrs would make the text "None" of what is not there, and 1 of a True."""
    for plain in PLAIN:
        converter.register_structure_hook(plain, _only)


def _spared(names: Collection[str]) -> dict[str, Any]:
    return {name: override(omit_if_default=True) for name in names}


def _only(found: Any, kind: type) -> Any:
    if issubclass(kind, Enum):
        return kind(found)
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise TypeError(f"{kind.__name__} expected, {type(found).__name__} found")
    return found


def _by(reader: Callable[[Any], Any]) -> Callable[[Any, type], Any]:
    return lambda found, _: reader(found)


__all__ = ["Document", "Shape", "take_plain_as_it_is"]
