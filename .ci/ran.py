"""Fails unless tests of a package ran, none of them skipped: `ran.py JUNIT_XML PACKAGE`."""

import sys
from xml.etree import ElementTree

report, package = sys.argv[1:]
cases = [case for case in ElementTree.parse(report).iter("testcase") if case.get("classname", "").startswith(package)]
skipped = [case.get("name") for case in cases if case.find("skipped") is not None]
print(f"{package}: {len(cases)} tests, {len(skipped)} skipped")
if not cases or skipped:
    sys.exit(f"{package} did not run as a whole: {skipped or 'no test'}")
