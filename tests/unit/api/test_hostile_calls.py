"""Calls that the API's own description allows, and calls that it does not: none makes the server fail.

By hand, for longer: `python -m tests.unit.api.test_hostile_calls 200`, with the number of examples for each path.
"""

import subprocess
import sys

import pytest

from tests.conftest import HERAT
from tests.support.api_client import serving

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
CHECKS += ",unsupported_method"


def call(examples: int) -> subprocess.CompletedProcess[str]:
    """Let schemathesis call a server of its own, so often for each path; 503 is an answer, not a failure."""
    with serving(HERAT) as address:
        options = f"--max-examples={examples} --checks={CHECKS} --phases=examples,coverage,fuzzing --seed=1 --no-color"
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", *options.split()]
        return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_no_call_that_can_be_made_of_the_description_makes_the_server_fail():
    called = call(examples=3)
    assert called.returncode == 0, called.stdout[-5000:] + called.stderr[-2000:]


if __name__ == "__main__":
    print(call(int(sys.argv[1])).stdout)
