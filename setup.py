"""With COMPILE_SYNCLINE=1 a wheel carries the domain, the line and the store compiled, beside their sources.

Nothing is written for the compiler: no types, no other statements (docs/decisions/0042).
"""

import os
from pathlib import Path

from setuptools import Extension, setup

COMPILED = ("app/domain", "app/flow", "app/store")


def _compiled() -> dict[str, object]:
    from Cython.Build import cythonize

    files = [file for room in COMPILED for file in sorted(Path(room).rglob("*.py")) if file.stem != "__init__"]
    modules = [
        Extension(".".join(file.with_suffix("").parts), [str(file)], extra_compile_args=["-O2", "-g0"])
        for file in files
    ]
    workers = os.cpu_count()
    # Annotations stay annotations: a subclass of int or str may come wherever its base may.
    directives = {"language_level": 3, "annotation_typing": False, "infer_types": False}
    extensions = cythonize(modules, build_dir="build/c", nthreads=workers, compiler_directives=directives)
    return {"ext_modules": extensions, "options": {"build_ext": {"parallel": workers}}}


if __name__ == "__main__":
    setup(**(_compiled() if os.environ.get("COMPILE_SYNCLINE") == "1" else {}))
