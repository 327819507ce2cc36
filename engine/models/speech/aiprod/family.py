"""The family aiprod: which voices it has, where their weights lie, how they are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ModelError, UsageError
from engine.models.checkpoint import config_of, read_header
from engine.models.speech.family import FrontEnd, Voice
from engine.runtime.folders import resources_dir

if TYPE_CHECKING:
    from engine.models.speech.aiprod.synthesis import AiprodSpeaker
    from engine.models.speech.aiprod.vocoder import VoiceVocoder

FAMILY = "aiprod"
ACOUSTIC, VOCODER, SPEAKERS = "voice-acoustic", "voice-vocoder", "voice-speakers"
PART = "voice"  # of the card of a voice that a user made

# Whose voices taught ours.
_HIBARI = "https://huggingface.co/maureesewilliams/hibari"
_KOKORO = "https://huggingface.co/hexgrad/Kokoro-82M"


def _voice(name: str, language: str, sex: str, description: str, source: str) -> Voice:
    return Voice(name, FAMILY, language, sex, description, "Apache-2.0", source)


TAUGHT = (
    _voice("clara", "en-US", "female", "American woman, every phone in hand", _HIBARI),
    _voice("miles", "en-US", "male", "American man, every phone in hand", _KOKORO),
    _voice("edith", "en-GB", "female", "British woman, every phone in hand", _KOKORO),
    _voice("lucie", "fr-FR", "female", "French woman, every phone in hand", _KOKORO),
)


class AiprodFamily:
    """The program's own voices, as far as its weights have them, and those that users make."""

    name = FAMILY

    def voices(self) -> tuple[Voice, ...]:
        """The four, then the user's own by name."""
        return (*TAUGHT, *(_of_card(path) for path in sorted(_own().values())))

    def is_here(self, voice: Voice) -> bool:
        """Whether the weights are here, and this voice is in them."""
        own = _own().get(voice.name)
        path = own or weights(ACOUSTIC)
        if not (path.is_file() and weights(VOCODER).is_file()):
            return False
        return own is not None or voice.name in _names(path)

    def front_end(self, voice: Voice) -> FrontEnd:
        """English of either side, or French."""
        if voice.language == "fr-FR":
            from engine.models.speech.french import french

            return french()
        from engine.models.speech.english import english

        return english(british=voice.language == "en-GB")

    def load(self, voice: Voice) -> AiprodSpeaker:
        """The voice from its weights. Raises ModelError when they are missing or damaged."""
        return load_voice(voice.name, _place(voice), _whole(weights(VOCODER), voice))

    def fingerprint(self, voice: Voice) -> str:
        """The hashes of the weights, and whose voice it is where somebody's was learned."""
        place = _own().get(voice.name) or weights(ACOUSTIC)
        found = f"{FAMILY} {voice.name} {_sha256(place)} {_sha256(weights(VOCODER))}"
        marking = own_marking(voice.name)
        return f"{found}; {marking}" if marking else found


def own_marking(name: str) -> str:
    """What is said of speech by a voice that was learned from a person's recordings; "" if none.

    It goes into the provenance of everything that the voice speaks.
    """
    path = _own().get(name)
    if path is None:
        return ""
    consent = _facts(path).get("consent", {})
    return (
        f"synthetic speech in the voice of {consent.get('person', 'somebody')}, "
        f"learned with the recorded consent {consent.get('sha256', 'unknown')}"
    )


def weights(stem: str) -> Path:
    """The shipped weights of that name."""
    return resources_dir() / "models" / f"{stem}.safetensors"


def load_voice(name: str, acoustic: Path, vocoder: Path) -> AiprodSpeaker:
    """A voice of an acoustic network's weights. Raises ModelError when they lack or lie."""
    from engine.models.checkpoint import load_into
    from engine.models.speech.aiprod.acoustic import AcousticConfig, AcousticModel
    from engine.models.speech.aiprod.synthesis import AiprodSpeaker

    try:
        model = AcousticModel(AcousticConfig(**_network(acoustic)))
    except (TypeError, ValueError) as error:
        raise _other(acoustic, error) from None
    load_into(model, acoustic)
    names = [facts.name for facts in model.config.voices]
    if len(names) == 1:  # a user's voice, which may be registered under another name
        name = names[0]
    if name not in names:
        raise ModelError(
            f"there is no voice {name} in it, only {', '.join(names)}",
            where=str(acoustic),
            mend="Use one of those, or a voice of another family: `aiprod-engine voices`",
        )
    number = names.index(name)
    vector = model.speakers.detach()[number].clone()
    return AiprodSpeaker(model, _vocoder(vocoder), model.config.voices[number], vector)


def _sha256(path: Path) -> str:
    """Of a file, read again only when it changes; "missing" for one that is not there."""
    if not path.is_file():
        return "missing"
    facts = path.stat()
    return _hashed(path, facts.st_mtime_ns, facts.st_size)


@cache
def _hashed(path: Path, _changed: int, _size: int) -> str:
    from engine.models.card import file_sha256

    return file_sha256(path)


@cache
def _vocoder(path: Path) -> VoiceVocoder:
    from engine.models.checkpoint import load_into
    from engine.models.speech.aiprod.vocoder import VocoderConfig, VoiceVocoder

    try:
        model = VoiceVocoder(VocoderConfig(**config_of(read_header(path), path)))
    except TypeError as error:
        raise _other(path, error) from None
    load_into(model, path)
    return model


def _other(path: Path, error: Exception) -> ModelError:
    return ModelError(f"its configuration is of another network ({error})", where=str(path))


def _network(path: Path) -> dict[str, Any]:
    """The network's configuration, without what a user's voice says of itself."""
    table = config_of(read_header(path), path)
    table.pop("consent", None)
    return table


def _facts(path: Path) -> Mapping[str, Any]:
    return config_of(read_header(path), path)


def _names(path: Path) -> list[str]:
    """The voices that an acoustic network's weights have."""
    return [str(facts["name"]) for facts in _facts(path).get("voices", [])]


def _own() -> dict[str, Path]:
    """The user's voices by name: weights in the registry whose card says so."""
    from engine.models.records import read_weights

    return {
        card.name: path
        for path, card in read_weights()
        if card.family == FAMILY and card.part == PART
    }


def _of_card(path: Path) -> Voice:
    from engine.models.card import read_card

    card = read_card(path.with_suffix(".json"))
    facts = dict(_facts(path)["voices"][0])
    return Voice(
        card.name,
        FAMILY,
        str(facts["language"]),
        str(facts["sex"]),
        str(facts["description"]),
        card.licence,
        card.source,
    )


def _place(voice: Voice) -> Path:
    return _whole(_own().get(voice.name) or weights(ACOUSTIC), voice)


def _whole(path: Path, voice: Voice) -> Path:
    if not path.is_file():
        raise ModelError(
            f"the voice {voice.name} needs the weights {path.name}, which are not here",
            where=f"voice {voice.name}",
            mend="Train them with `aiprod-engine train resources/training`, "
            "or use the voice heart, which needs no file",
        )
    return path


def check_name(name: str) -> None:
    """Whether a user's voice may be called so. Raises UsageError."""
    from engine.models.speech.voices import voices

    if name in voices() and name not in _own():
        raise UsageError(f"there is a voice {name} already", mend="Give yours another name")
