"""One delivery: signed as Standard Webhooks says, to public hosts alone, and every failure is an outcome."""

import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from control_map.alerts import delivery
from control_map.alerts.delivery import check_address, deliver, sign, wait_after
from control_map.alerts.hooks import FAILING_AFTER, make_secret, read_secret
from control_map.core.errors import AlertError
from control_map.intake.fetching.connection import Network
from tests.unit.alerts.support import LOOPBACK, Receiver, deliver_here, make_hook

PUBLIC = "93.184.215.14"
PRIVATE = """
https://127.0.0.1/ https://127.8.8.8/ https://10.1.2.3/ https://192.168.1.1/ https://169.254.169.254/latest/meta-data
https://[::1]/ https://[::ffff:127.0.0.1]/ https://[fd00:ec2::254]/ https://[fe80::1]/ https://2130706433/
https://0x7f.1/ https://0x7f000001/ https://0177.0.0.1/ https://127.1/ https://0/
""".split()


def network_to(url: str, hosts: dict[str, list[str]], connected: list[str]) -> Network:
    """Return a network with these hosts, in which every address leads to a receiver of the test."""
    port = int(url.rsplit(":", 1)[1].split("/", maxsplit=1)[0])

    def connect(address: str, _: int, timeout: float) -> socket.socket:
        connected.append(address)
        return socket.create_connection(("127.0.0.1", port), timeout)

    return Network(lambda host, _: hosts[host], connect)


def test_a_message_is_signed_as_the_libraries_of_the_specification_verify_it():
    # The example of the specification's own libraries.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_each_secret_is_another_and_long_enough():
    secrets = {make_secret() for _ in range(3)}
    assert len(secrets) == 3
    assert all(each.startswith("whsec_") and 24 <= len(read_secret(each)) <= 64 for each in secrets)


def test_a_receiver_gets_a_message_that_it_can_verify(receiver: Receiver):
    outcome = deliver_here(make_hook(receiver.url), "msg_1", b'{"a":1}')
    assert (outcome.is_delivered, outcome.status) == (True, 204)
    assert receiver.came == [("msg_1", {"a": 1})]


def test_another_secret_does_not_verify(receiver: Receiver):
    assert deliver_here(make_hook(receiver.url, secret=make_secret()), "msg_1", b"{}").status == 400
    assert receiver.came == []


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_any_other_answer_than_success_is_a_failure_and_no_redirect_is_followed(receiver: Receiver, status: int):
    receiver.answers = [lambda handler: handler.send(status, Location=receiver.url, Retry_After="17")]
    outcome = deliver_here(make_hook(receiver.url), "msg_1", b"{}")
    assert (outcome.status, outcome.problem, outcome.retry_after) == (status, f"it answers {status}", 17)
    assert len(receiver.came) == 1


def test_a_receiver_can_name_the_moment_from_which_it_is_there_again(receiver: Receiver):
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    for value, least, most in ((then, 80, 90), ("soon", 0, 0), ("-4", 0, 0), ("9" * 400, 1e11, 1e12)):
        receiver.answers = [lambda handler, value=value: handler.send(503, Retry_After=value)]
        assert least <= deliver_here(make_hook(receiver.url), "msg_1", b"{}").retry_after <= most


def test_a_receiver_that_does_not_answer_in_time_is_a_failure(receiver: Receiver):
    receiver.answers = [lambda _: time.sleep(0.4)]
    begun = time.monotonic()
    outcome = deliver(make_hook(receiver.url), "msg_1", b"{}", environment=LOOPBACK, timeout=0.1)
    assert time.monotonic() - begun < 0.35
    assert "did not answer in full within 0.1 seconds" in outcome.problem
    assert not outcome.is_delivered


def test_the_body_of_an_answer_is_not_read(receiver: Receiver):
    def answer(handler) -> None:
        handler.send(200, Content_Length="1000000000")
        handler.wfile.write(b"x" * 1000)

    receiver.answers = [answer]
    assert deliver_here(make_hook(receiver.url), "msg_1", b"{}").is_delivered


def test_a_receiver_that_is_not_there_or_speaks_no_http_is_a_failure(receiver: Receiver):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "cannot be reached" in deliver_here(make_hook(f"http://127.0.0.1:{port}/"), "msg_1", b"{}").problem
    receiver.answers = [lambda handler: handler.wfile.write(b"\x1b[31m" + b"no" * 5000 + b"\r\n\r\n")]
    outcome = deliver_here(make_hook(receiver.url), "msg_1", b"{}")
    assert outcome.problem
    assert "\x1b" not in outcome.problem
    assert len(outcome.problem) <= 300


@pytest.mark.parametrize("url", PRIVATE)
def test_nothing_is_sent_to_an_address_that_only_this_machine_can_reach(url: str):
    with pytest.raises(AlertError, match="not on the public internet"):
        check_address(url, {})
    refused = Network(connect=lambda *_: pytest.fail("connected"))
    assert "not on the public internet" in deliver(make_hook(url), "msg_1", b"{}", network=refused).problem


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://hooks.example/x", "begins with https"),
        ("http://127.0.0.1:8000/x", "port"),
        ("https://hooks.example:8443/x", "port 8443"),
        ("https://me:pw@hooks.example/x", "a user name or a password"),
        ("ftp://hooks.example/x", "not a web address"),
        ("https://hooks.example/a b", "not a web address"),
        ("", "not a web address"),
    ],
)
def test_an_address_that_no_hook_can_have_is_refused_with_the_reason(url: str, problem: str):
    with pytest.raises(AlertError, match=problem) as error:
        check_address(url, {})
    assert "me:pw" not in str(error.value)


def test_a_name_is_checked_when_it_is_looked_up_and_not_asked_for_before():
    check_address("https://hooks.example/x", {})
    check_address("https://93.184.215.14/x", {})


def test_this_machine_is_allowed_only_by_a_setting_and_only_by_its_own_names():
    check_address("http://localhost:8000/x", LOOPBACK)
    check_address("http://[::1]:8000/x", LOOPBACK)
    for url in ("https://10.1.2.3/", "https://127.1/", "http://hooks.example/x"):
        with pytest.raises(AlertError):
            check_address(url, LOOPBACK)


def test_a_name_that_leads_to_a_private_address_or_also_to_one_is_not_connected_to(receiver: Receiver):
    for found in (["10.0.0.7"], [PUBLIC, "127.0.0.1"], ["169.254.169.254"], []):
        connected: list[str] = []
        network = network_to(receiver.url, {"hooks.example": found}, connected)
        assert "not on the public internet" in deliver(make_hook(), "msg_1", b"{}", network=network).problem
        assert connected == []


def test_a_name_is_looked_up_once_so_that_another_answer_leads_nowhere(receiver: Receiver):
    connected: list[str] = []
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    real = network_to(receiver.url, {}, connected)
    network = Network(lambda _host, _port: next(answers), real.connect)
    deliver(make_hook(), "msg_1", b"{}", network=network)
    assert connected == [PUBLIC]


def test_a_receiver_without_a_valid_certificate_is_sent_nothing(receiver: Receiver):
    network = network_to(receiver.url, {"hooks.example": [PUBLIC]}, [])
    assert "cannot be reached" in deliver(make_hook(), "msg_1", b"{}", network=network).problem
    assert receiver.came == []


def test_waits_grow_to_a_day_with_a_part_of_chance_and_a_receiver_can_ask_for_longer_ones():
    waits = [wait_after(failures, chance=lambda: 0.5) for failures in range(1, 30)]
    assert waits[:4] == [10, 40, 160, 640]
    assert waits == sorted(waits)
    assert waits[-1] == 86_400
    assert 1 < sum(waits[: FAILING_AFTER - 1]) / 86_400 < 3, "a hook is failing after days"
    assert {wait_after(1, chance=lambda: 0), wait_after(1, chance=lambda: 1)} == {8, 12}
    assert wait_after(1, 3600) == 3600
    assert wait_after(1, 1e9) == wait_after(10_000, chance=lambda: 1) == 86_400


def test_neither_the_secret_nor_the_path_of_an_address_is_in_what_is_shown_of_a_hook():
    hook = make_hook("https://hooks.example/services/T0KEN?key=K")
    assert hook.host == "https://hooks.example"
    assert not any(each in f"{hook!r} {hook}" for each in (hook.secret, "T0KEN", "key=K"))


def test_a_failure_says_nothing_of_the_path_of_an_address():
    network = Network(lambda *_: [PUBLIC], lambda *_: (_ for _ in ()).throw(OSError("refused")))
    for url in ("https://hooks.example/T0KEN", "https://10.0.0.1/T0KEN"):
        assert "T0KEN" not in deliver(make_hook(url), "msg_1", b"{}", network=network).problem
    assert delivery.TIMEOUT_SECONDS >= 15
