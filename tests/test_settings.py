from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from mtpipe import resources, settings
from mtpipe.errors import UsageError
from mtpipe.settings import Section, Settings, known_keys, load

CONFIGS = sorted(resources.folder("configs").glob("*.yaml"))
DEFAULT = resources.folder("configs") / "default.yaml"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(text: str | bytes) -> Path:
        path = tmp_path / "settings.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_default_yaml_says_what_is_built_in() -> None:
    assert load(DEFAULT) == load() == Settings()


def test_default_yaml_has_every_key_and_no_other() -> None:
    values = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    assert [f"{section}.{key}" for section, keys in values.items() for key in keys] == known_keys()


@pytest.mark.parametrize("key", known_keys())
def test_default_yaml_explains_every_key_with_its_description(key: str) -> None:
    section, name = key.split(".")
    kind = Settings.model_fields[section].annotation
    assert isinstance(kind, type)
    assert issubclass(kind, Section)
    description = kind.model_fields[name].description
    assert description
    lines = DEFAULT.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"{section}:")
    place = next(n for n, line in enumerate(lines) if n > start and line.startswith(f"  {name}:"))
    assert lines[place - 1] == f"  # {description}"


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_every_config_loads_and_is_commented(path: Path) -> None:
    loaded = load(path)
    assert (loaded == Settings()) == (path == DEFAULT)  # an example that changes nothing shows nothing
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_a_window_has_room_for_its_articles(path: Path) -> None:
    """A larger window is no larger where its characters are not."""
    usual, own = Settings().corpus, load(path).corpus
    assert own.window_characters / own.window >= usual.window_characters / usual.window


def test_examples_of_configs_are_there() -> None:
    assert {path.stem for path in CONFIGS} >= {"default", "opus-mt", "gpu", "command"}


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("translate.beem", "translate.beam"),
        ("beam", "translate.beam"),
        ("glosary.paths", "glossary.paths"),
        ("quality.n_best", "glossary.n_best"),
        ("translate.glossary.paths", "glossary.paths"),
        ("translate.batch-tokens", "translate.batch_tokens"),
        ("tranlate", "translate"),
    ],
)
def test_unknown_key_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(UsageError) as told:
        load(overrides=[f"{wrong}=1"])
    assert str(told.value) == f"command line: unknown setting {wrong!r}. Did you mean {near!r}?"


def test_unknown_key_without_a_near_one_points_at_the_list() -> None:
    with pytest.raises(UsageError, match=r"unknown setting 'zzz'. configs/default.yaml lists all keys"):
        load(overrides=["zzz=1"])


LAUGHS = "a0: &a0 [ha, ha]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
"""Ten lines that stand for two thousand million words."""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tranlate:\n  beam: 1\n", "unknown setting 'tranlate'. Did you mean 'translate'?"),
        ("tranlate:\n", "unknown setting 'tranlate'. Did you mean 'translate'?"),
        ("translate:\n  baem: 1\n", "unknown setting 'translate.baem'. Did you mean 'translate.beam'?"),
        ("translate:\n  beam: many\n", "translate.beam: Input should be a valid integer"),
        ("translate:\n  beam: 0\n", "translate.beam: Input should be greater than or equal to 1 (is 0)"),
        ("translate: small\n", "translate: Input should be a section with its settings (is 'small')"),
        ("glossary:\n  paths: a.csv\n", "glossary.paths: Input should be a list, as in [one, two] (is 'a.csv')"),
        ("glossary:\n  paths: [1]\n", "glossary.paths.0: Input is not a valid path"),
        ("translate:\n  device: gpu\n", "(is 'gpu'). auto, cpu, cuda[:n[,n...]] or mps"),
        ("translate:\n  model: ''\n", "translate.model: String should have at least 1 character"),
        ("translate:\n  length_penalty: .inf\n", "translate.length_penalty: Input should be a finite number (is inf)"),
        ("translate:\n  beam: 1\n  beam: 2\n", "line 3: not YAML (the key 'beam' stands twice)"),
        ("translate:\n  beam: [1\n", "line 2: not YAML ("),
        ("\ttranslate: 1\n", "line 1: not YAML ("),
        ("translate:\n  revision: 2020-13-45\n", "line 2: not YAML ('2020-13-45' is no timestamp)"),
        ("translate:\n  beam: !!int many\n", "line 2: not YAML ('many' is no int)"),
        ("translate:\n  beam: !!int ''\n", "line 2: not YAML ('' is no int)"),
        ("translate:\n  trim: !!bool maybe\n", "line 2: not YAML ('maybe' is no bool)"),
        ("translate: !!map [beam]\n", "line 1: not YAML (expected a mapping node"),
        (
            f"translate:\n  beam: 0x{'f' * 5000}\n",
            "translate.beam: Input should be less than or equal to 64 (is a number",
        ),
        ('glossary:\n  paths: ["a\\0b"]\n', "glossary.paths.0: Value error, no file has a null in its name"),
        (f"{LAUGHS}translate:\n  beam: *a9\n", "its aliases stand for more than 1,000,000 characters"),
        (f"{LAUGHS}<<: [*a9, *a9]\n", "its aliases stand for more than 1,000,000 characters"),
        ("[" * 5000, "not a YAML text in UTF-8 ("),
        ("- translate\n", "holds a list, not sections"),
        ("--- 1\n--- 2\n", "not YAML ("),
        (b"translate: \xff\n", "not a YAML text in UTF-8 ("),
        (b"translate: \x00\n", "not a YAML text in UTF-8 ("),
    ],
)
def test_wrong_files_are_told_in_one_line(write: Any, text: str | bytes, message: str) -> None:
    path = write(text)
    with pytest.raises(UsageError) as told:
        load(path)
    assert str(told.value).startswith(str(path))
    assert message in str(told.value)
    assert "\n" not in str(told.value)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(UsageError) as told:
        load(overrides=[f"translate.device={'x' * 10_000}"])
    assert len(str(told.value)) < 300


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / name)


def test_a_name_that_no_file_can_have_is_left_to_who_opens_it(write: Any) -> None:
    assert load(write(f"glossary:\n  paths: [{'x' * 5000}.csv]\n")).glossary.paths[0].stem == "x" * 5000


def test_values_may_be_said_again(write: Any) -> None:
    assert load(write("translate:\n  beam: &few 2\n  workers: *few\n")).translate.workers == 2


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "translate:\n", "translate:\n  # beam: 1\n", "translate: {}\n", "\ufefftranslate: {}\n"]
)
def test_a_file_that_changes_nothing(write: Any, text: str) -> None:
    assert load(write(text)) == Settings()


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("translate.beam=1", "translate.beam", 1),
        (" translate.beam = 1", "translate.beam", 1),
        ("translate.model=a=b", "translate.model", "a=b"),
        ("translate.device=cuda:1", "translate.device", "cuda:1"),
        ("translate.memory=null", "translate.memory", None),
        ("translate.memory=tm.sqlite", "translate.memory", Path("tm.sqlite")),
        ("translate.command=[tr, a-z, 'A-Z']", "translate.command", ("tr", "a-z", "A-Z")),
        ("glossary.paths=[a.csv, b.csv]", "glossary.paths", (Path("a.csv"), Path("b.csv"))),
        ("glossary.paths=[]", "glossary.paths", ()),
        ("translate={beam: 1}", "translate.beam", 1),
        ("review.pages=no", "review.pages", False),
        ("translate.model='007'", "translate.model", "007"),
    ],
)
def test_overrides_are_yaml(override: str, path: str, value: object) -> None:
    loaded = load(overrides=[override])
    section, name = path.split(".")
    assert getattr(getattr(loaded, section), name) == value
    others = load(overrides=[override]).model_dump()
    others[section][name] = getattr(getattr(Settings(), section), name)
    assert others == Settings().model_dump()


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("translate.beam", "expected key=value"),
        ("", "expected key=value"),
        ("=1", "unknown setting ''"),
        ("translate.beam.x=1", "unknown setting 'translate.beam.x'"),
        ("translate.beam=[1", "is not a YAML value"),
        ("translate={beam: 1, beam: 2}", "is not a YAML value"),
        ("translate.revision=2020-13-45", "'2020-13-45' is not a YAML value"),
        ("translate.revision=" + "[" * 5000, "is not a YAML value"),
        ("translate=null", "translate: Input should be a section"),
    ],
)
def test_wrong_overrides(override: str, message: str) -> None:
    with pytest.raises(UsageError) as told:
        load(overrides=[override])
    assert message in str(told.value)


def test_later_goes_over_earlier(write: Any) -> None:
    path = write("translate:\n  beam: 2\n  threads: 1\n")
    loaded = load(path, ["translate.beam=3", "translate={no_repeat_ngram: 5}", "translate.beam=6"]).translate
    assert (loaded.beam, loaded.threads, loaded.no_repeat_ngram) == (6, 1, 5)


def test_paths_of_a_file_are_relative_to_it_and_those_of_overrides_to_here(tmp_path: Path) -> None:
    folder = tmp_path / "conf"
    folder.mkdir()
    path = folder / "s.yaml"
    path.write_text("translate:\n  memory: tm.sqlite\nglossary:\n  paths: [a.csv, ../b.csv, /c.csv]\n")
    loaded = load(path)
    assert loaded.translate.memory == folder / "tm.sqlite"
    assert loaded.glossary.paths == (folder / "a.csv", folder / "../b.csv", Path("/c.csv"))
    assert load(path, ["translate.memory=tm.sqlite"]).translate.memory == Path("tm.sqlite")


def test_a_file_hides_a_built_in_glossary_and_a_folder_does_not(write: Any, tmp_path: Path) -> None:
    path = write("glossary:\n  paths: [countries, capitals]\n")
    (tmp_path / "countries").mkdir()
    (tmp_path / "capitals").write_text("source,target\n")
    assert load(path).glossary.paths == (Path("countries"), tmp_path / "capitals")


def test_the_home_folder_is_known(write: Any) -> None:
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  the independent reading
    loaded = load(write("translate:\n  memory: ~/tm.sqlite\n"), ["glossary.paths=[~/a.csv]"])
    assert loaded.translate.memory == home / "tm.sqlite"
    assert loaded.glossary.paths == (home / "a.csv",)
    assert load(overrides=["translate.memory=~nobody-here/x"]).translate.memory == Path("~nobody-here/x")


def test_settings_are_frozen() -> None:
    loaded = load()
    with pytest.raises(ValidationError, match="frozen"):
        loaded.translate.beam = 1  # type: ignore[misc]  # what is tested


def test_dump_loads_again(write: Any) -> None:
    changed = load(overrides=["translate.memory=/tm.sqlite", "glossary.paths=[/a.csv]", "translate.command=[cat]"])
    assert load(write(yaml.safe_dump(changed.model_dump(mode="json")))) == changed


def test_known_keys_are_dotted_and_unique() -> None:
    keys = known_keys()
    assert "translate.beam" in keys
    assert len(keys) == len(set(keys))
    assert all(key.split(".")[0] in settings.Settings.model_fields for key in keys)
