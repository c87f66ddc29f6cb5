"""Compiled kernels as machine code on disk, used again without loading the compiler.

What Numba makes of a kernel is a piece of machine code that any process on the same kind of processor can call, once llvmlite
has put it into memory: 0.06 s instead of the 0.4 s that Numba takes to load and to find it. A kernel takes arrays and whole
numbers and returns nothing or a whole number; it is kept only if its calling convention is the one written down here, and if
it calls nothing that the C library does not have. Whatever is not kept, or does not look as it was kept, is compiled.

Machine code may do anything: it is loaded only from a file that is this user's alone at that moment
(:mod:`wargame.engine.owned`), from the bytes that were looked at. What the compiler would keep by itself is pickled, and is
not used.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from wargame.engine.owned import read_own, write_own

LARGEST = 50_000_000  # bytes of a kernel's machine code
LIBRARY = {"memcpy", "memset", "memmove", "sqrt", "floor", "rint"}  # what machine code may ask the C library for
WRAPPING = {  # what Numba's own wrappers alone ask for
    "NRT_adapt_ndarray_from_python", "NRT_MemInfo_call_dtor", "numba_gil_ensure", "numba_gil_release",
}  # fmt: skip
_NOTHING, _WHOLE = "none", "int64"
_POINTER = r"(?:\w+\*+|ptr)"
_whole = ctypes.c_int64
_NULL = _whole(0)
_loaded: list[Any] = []  # what holds machine code in memory


def kind(value: Any) -> str:
    """Return the type of an argument as compiled code distinguishes it."""
    if isinstance(value, np.ndarray):
        flags = value.flags
        layout = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A"
        return f"{value.dtype.str}{value.ndim}{layout}{'' if flags.writeable else 'r'}"
    return "int" if type(value) is np.int64 else type(value).__name__


def _flat(value: Any) -> tuple[Any, ...]:
    """Return an argument as it is handed over: an array as two owners (none), length, bytes of an item, place, shape, strides."""
    if not isinstance(value, np.ndarray):
        return (_whole(value),)
    where = value.__array_interface__["data"][0]
    return (_NULL, _NULL, *map(_whole, (value.size, value.itemsize, where, *value.shape, *value.strides)))


class Pack:
    """Arguments that are handed over many times, looked at once: arrays must stay where they are, of the same shape."""

    __slots__ = ("arguments", "flat", "kinds")

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        self.kinds = tuple(map(kind, arguments))
        self.flat = tuple(part for one in arguments for part in _flat(one))


Ready = Callable[[Sequence[Pack], Sequence[Any]], Any]  # what calls a kernel


@cache
def _processor() -> str:
    """Return what machine code depends on besides its source: processor, compiler and what they are told to do."""
    import llvmlite.binding as llvm

    found = find_spec("numba")
    version = Path(found.origin).parent / "_version.py" if found and found.origin else None
    told = [f"{name}={os.environ[name]}" for name in sorted(os.environ) if name.startswith("NUMBA_") and "CACHE" not in name]
    numba = version.read_text(encoding="utf-8") if version and version.exists() else ""
    return "\n".join([llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), numba, *told])


def place_of(folder: Path, name: str, kinds: tuple[str, ...]) -> Path:
    """Return the file for the machine code of a kernel called with arguments of some kinds."""
    state = hashlib.sha256("\n".join([_processor(), *kinds]).encode()).hexdigest()[:24]
    return folder / f"{name}-{state}.code"


def load(file: Path) -> Ready | None:
    """Return the kernel whose machine code is kept in a file; None where there is none, a broken one, or one of others."""
    try:
        head, _, code = (read_own(file, LARGEST) or b"").partition(b"\n")
        told = json.loads(head)
        if told["file"] != file.name or told["sha256"] != hashlib.sha256(code).hexdigest():
            return None
        return _callable(_address(code, told["symbol"]), told["returns"] == _WHOLE)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None


def _address(code: bytes, symbol: str) -> int:
    """Put machine code into memory and return where a function of it begins."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True, codemodel="jitdefault")
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    for name in WRAPPING:
        if llvm.address_of_symbol(name) is None:  # nobody will call it
            llvm.add_symbol(name, ctypes.cast(ctypes.pythonapi.Py_FatalError, ctypes.c_void_p).value)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _loaded.append((engine, machine))
    address = engine.get_function_address(symbol)
    if not address:
        raise ValueError(f"no function {symbol}")
    return int(address)


def _callable(address: int, returns: bool) -> Ready:
    """Return what calls machine code, the interpreter's lock released."""
    function = ctypes.CFUNCTYPE(ctypes.c_int32)(address)

    def call(packs: Sequence[Pack], arguments: Sequence[Any]) -> Any:
        result, error = _whole(0), _whole(0)
        flat: list[Any] = []
        for pack in packs:
            flat += pack.flat
        for one in arguments:
            flat += _flat(one)
        if function(ctypes.byref(result), ctypes.byref(error), *flat):
            raise RuntimeError("a compiled function failed")
        return result.value if returns else None

    return call


def keep(file: Path, dispatcher: Any, kinds: tuple[str, ...]) -> bool:
    """Write the machine code of a kernel that has just been compiled, if it can be called as :func:`load` does.

    Returns whether it is kept.
    """
    try:
        signature, made = next(reversed(dispatcher.overloads.items()))
        told = made.fndesc
        convention = str(made.target_context.call_conv.get_function_type(told.restype, told.argtypes))
        asked = set(re.findall(r'^declare [^\n]*?@"?([^"(\n]+)"?\(', dispatcher.inspect_llvm(signature), re.MULTILINE))
        code = made.library.serialize_using_object_code()[2][0]
        symbol, returns = str(told.llvm_func_name), str(told.restype)
    except (AttributeError, TypeError, ValueError, RuntimeError, LookupError):  # another version of Numba
        return False
    foreign = {name for name in asked if not name.startswith(("llvm.", "Py"))} - LIBRARY - WRAPPING
    if foreign or returns not in (_NOTHING, _WHOLE) or not re.fullmatch(_convention(kinds), convention):
        return False
    head = {"file": file.name, "symbol": symbol, "returns": returns, "sha256": hashlib.sha256(code).hexdigest()}
    try:
        write_own(file, json.dumps(head).encode() + b"\n" + code)
    except OSError:
        return False
    return True


def _convention(kinds: tuple[str, ...]) -> str:
    """Return a pattern of the calling convention that is written down in ``_callable``."""
    parts = [_POINTER, r"(?:\{.*?\}\*\*|ptr)"]
    for one in kinds:
        array = re.fullmatch(r"\W\w\d+(?P<axes>\d)[CFA]r?", one)
        if array is None:
            parts.append("i64")
        else:
            parts += [_POINTER, _POINTER, "i64", "i64", _POINTER, *["i64"] * (2 * int(array["axes"]))]
    return r"i32 \(" + ", ".join(parts) + r"\)"
