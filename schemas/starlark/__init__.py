"""What programs of Sisyphus have beside Starlark's own words.

For editors and type checkers; made by `sisyphus schema starlark`.
"""

from typing import Any, Callable, Mapping, Sequence, TypeVar

Scalar = str | int | float | bool
"""What becomes text: booleans as `true` and `false`."""

Choice = TypeVar("Choice")

ByEnvironment = Choice | Mapping[str, Choice | None] | None
"""A value, or a dict from environment to value; what is missing or None is left out."""


class ApplicationValue:
    """What Application(…) makes."""


def Application(
    *,
    args: Sequence[ByEnvironment[Scalar | PortValue | FileVariableValue]] | None = None,
    env: Mapping[str, ByEnvironment[Scalar | PortValue | StringVariableValue | FileVariableValue]] | None = None,
    labels: Mapping[str, ByEnvironment[Scalar]] | None = None,
    liveness: ByEnvironment[HttpGetProbeValue] = None,
    readiness: ByEnvironment[HttpGetProbeValue] = None,
    resources: ByEnvironment[ResourcesValue] = None,
    startup: ByEnvironment[HttpGetProbeValue] = None,
) -> ApplicationValue:
    """How a program runs: what `main` returns.

    Args:
      args: The command line arguments.
      env: The environment variables by name.
      labels: Labels of the objects and pods; those of the YAML win.
      liveness: Restarts the container when it fails.
      readiness: Keeps requests away until it succeeds.
      resources: What the container asks for and may use.
      startup: Holds the other probes back until it succeeds.
    """


class PortValue:
    """What Port(…) makes."""


def Port(
    name: str,
    number: ByEnvironment[int] = None,
    protocol: ByEnvironment[str] = None,
) -> PortValue:
    """A port that the program listens on; as a value it is its number.

    Args:
      name: How the Service and the probes name it.
      number: Without one it gets the next free number, from 8080 on in order of names.
      protocol: "TCP", which is the default, or "UDP".
    """


class StringVariableValue:
    """What StringVariable(…) makes."""


def StringVariable(
    name: str,
) -> StringVariableValue:
    """A value from a Secret, for `env` only.

    Args:
      name: The name under `config.variables` of the YAML, which names the Secret.
    """


class FileVariableValue:
    """What FileVariable(…) makes."""


def FileVariable(
    name: str,
    path: str,
) -> FileVariableValue:
    """A value from a Secret as a file; as a value it is its path.

    Args:
      name: The name under `config.variables` of the YAML, which names the Secret.
      path: Where the file is: an absolute path with a folder, as /etc/app/key.
    """


class HttpGetProbeValue:
    """What HttpGetProbe(…) makes."""


def HttpGetProbe(
    path: ByEnvironment[str],
    port: ByEnvironment[str | PortValue],
    initial_delay: ByEnvironment[int] = None,
    period: ByEnvironment[int] = None,
    timeout: ByEnvironment[int] = None,
    success_threshold: ByEnvironment[int] = None,
    failure_threshold: ByEnvironment[int] = None,
) -> HttpGetProbeValue:
    """A probe that asks the program by HTTP. It succeeds with a status from 200 to 399.

    Args:
      path: What is asked for, as /healthz.
      port: The name of a port that the program declares.
      initial_delay: Seconds before the first attempt.
      period: Seconds from one attempt to the next; 10 by default.
      timeout: Seconds that an answer may take; 1 by default.
      success_threshold: Successes in a row that it takes; 1 by default.
      failure_threshold: Failures in a row that it takes; 3 by default.
    """


class ResourcesValue:
    """What Resources(…) makes."""


def Resources(
    requests: Mapping[str, ByEnvironment[Scalar]] | None = None,
    limits: Mapping[str, ByEnvironment[Scalar]] | None = None,
) -> ResourcesValue:
    """What a container asks for and what it may use at most, as in Kubernetes.

    Args:
      requests: By resource, as {"cpu": "250m", "memory": "1Gi"}.
      limits: By resource, as {"memory": "2Gi"}.
    """


class Context:
    """The argument of `main`. What is asked of it decides when a program runs again."""

    def name(self) -> str:
        """The declaration's name."""

    def namespace(self) -> str:
        """The namespace."""

    def cluster(self) -> str:
        """The context of the cluster that is rendered for."""

    def environment(self) -> str:
        """The environment: the YAML's `config.env`."""


def load(module: str, *names: str, **renamed: str) -> None:
    """Loads names from a file: `//lib/x.star` from the image's root, else from this file's folder."""


def fail(*args: Any, sep: str = " ") -> Any:
    """Stops the program with an error."""


def struct(**fields: Any) -> Any:
    """A value with these fields."""


def record(**fields: Any) -> Any:
    """A function that makes values with these fields, checked by their types."""


def field(type: Any, default: Any = None) -> Any:
    """A field of a record, with a default."""


def enum(*values: str) -> Any:
    """A function that takes these texts and no others."""


def partial(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The function with some arguments given."""


def pprint(*args: Any) -> None:
    """Prints values over several lines."""


def debug(value: Any) -> str:
    """How a value is made, for debugging."""


class json:
    """Texts in JSON."""

    @staticmethod
    def encode(value: Any) -> str:
        """The value as JSON."""

    @staticmethod
    def decode(text: str) -> Any:
        """The value that the JSON stands for."""
