"""Prompts through a small random Gemma 3, against the hidden states that transformers gives."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from benchmarks._ltx2_peer import STATES, relative, write_tiny
from engine.errors import ModelError
from engine.models.ltx2.family import load_ltx2
from engine.models.ltx2.text import Features, TextModel, features_path, load_features, save_features
from engine.runtime.device import Precision

CPU = torch.device("cpu")
WORDS = ("a", "dog", "barks", "in", "the", "rain")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text model of Gemma 3's form as its owner's folder has it, with two layers."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig, PreTrainedTokenizerFast

    path = tmp_path_factory.mktemp("gemma")
    config = Gemma3TextConfig(
        vocab_size=16,
        hidden_size=40,
        intermediate_size=64,
        num_hidden_layers=STATES - 1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        sliding_window=4,
        max_position_embeddings=2048,
    )
    torch.manual_seed(0)
    Gemma3ForCausalLM(config).save_pretrained(path)
    vocabulary = {word: n for n, word in enumerate(("<pad>", "<bos>", "<eos>", "<unk>", *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A", special_tokens=[("<bos>", 1)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<bos>", unk_token="<unk>"
    ).save_pretrained(path)
    return path


def padded_states(folder: Path, text: str, length: int = 32) -> Tensor:
    """Hidden states as the reference reads them: padded on the left, then the padding cut off."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    network = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    given = tokenizer(text, return_tensors="pt", padding="max_length", max_length=length)
    with torch.no_grad():
        found = network(**given, output_hidden_states=True).hidden_states
    return torch.stack(found, -1)[:, given.attention_mask[0].bool()]


def test_hidden_states_are_those_of_transformers_padded_on_the_left(folder: Path) -> None:
    text = "a dog barks in the rain"
    made = TextModel(folder, CPU, torch.float32).states(f"  {text} ")
    assert made.shape == (1, 7, 40, STATES)
    assert relative(made, padded_states(folder, text)) < 1e-4


def test_layers_that_are_fetched_one_by_one_give_the_same(folder: Path) -> None:
    wanted = TextModel(folder, CPU, torch.float32).states("a dog")
    made = TextModel(folder, CPU, torch.float32, resident=0).states("a dog")
    assert torch.equal(made, wanted)


def test_a_prompt_is_read_once_and_then_without_the_text_model(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    checkpoint = write_tiny(tmp_path / "small.safetensors")
    precision = Precision(CPU, torch.float32)
    first = load_ltx2(checkpoint, {"text_model": folder}, precision)
    first.encode_prompt("a dog")
    again = load_ltx2(checkpoint, {"text_model": tmp_path / "none"}, precision)
    again.encode_prompt("a dog")
    for mine, wanted in zip(again._contexts["a dog"], first._contexts["a dog"], strict=True):
        assert torch.equal(mine, wanted)
    with pytest.raises(ModelError, match="text model of LTX-2 is not there"):
        again.encode_prompt("rain")


def test_features_come_back_as_they_were_and_only_for_their_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    features = Features(torch.randn(1, 5, 8), torch.randn(1, 5, 4))
    path = save_features(features, "a dog", "mark")
    found = load_features("a dog", "mark")
    assert found is not None
    assert torch.equal(found.video, features.video)
    assert torch.equal(found.audio, features.audio)
    assert load_features("a dog", "other mark") is None
    path.rename(features_path("a cat", "mark"))
    assert load_features("a cat", "mark") is None


def test_another_kind_of_folder_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    with pytest.raises(ModelError, match="is of the kind llama"):
        TextModel(tmp_path, CPU, torch.float32).states("a dog")
