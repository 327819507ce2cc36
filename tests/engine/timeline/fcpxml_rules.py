"""The rules of FCPXML 1.11 for the elements that we write: children in order, attributes, times.

Each content model is a regular expression over the tags of the children; each attribute has a
pattern. They state facts of Apple's document type definition, and what Final Cut asks beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from lxml import etree

TIME = r"-?\d+(/\d+)?s"
WHOLE = r"\d+"
ID = r"[A-Za-z_][\w.-]*"
ANY = r"[\s\S]*"
FLAG = "0|1"
NUMBER = r"-?\d+(\.\d+)?"

_ANCHORED = "asset-clip |spine |caption |title |"
_MARKERS = "(marker )*"

CONTENT = {
    "fcpxml": "(import-options )?(resources )?library ",
    "resources": "(asset |effect |format |media |locator )*",
    "format": "",
    "asset": "(media-rep )+(metadata )?",
    "media-rep": "",
    "effect": "",
    "library": "(event )*",
    "event": "(project )*",
    "project": "sequence ",
    "sequence": "(note )?spine (metadata )?",
    "spine": "(asset-clip |gap |transition )*",
    "gap": f"(note )?({_ANCHORED[:-1]})*{_MARKERS}(metadata )?",
    "asset-clip": (
        "(note )?(conform-rate )?(timeMap )?(adjust-crop )?(adjust-conform )?(adjust-transform )?"
        f"(adjust-blend )?(adjust-volume )?(adjust-panner )?({_ANCHORED[:-1]})*{_MARKERS}"
        "(audio-channel-source )*(filter-video )*(filter-audio )*(metadata )?"
    ),
    "caption": "(text )*(text-style-def )*(note )?",
    "title": "(param )*(text )*(text-style-def )*(note )?(adjust-transform )?(metadata )?",
    "text": "(text-style )*",
    "text-style": "",
    "text-style-def": "text-style ",
    "note": "",
    "conform-rate": "",
    "timeMap": "(timept )*",
    "timept": "",
    "adjust-transform": "(param )*",
    "adjust-blend": "(param )*",
    "adjust-volume": "(param )*",
    "adjust-panner": "(param )*",
    "param": "(fadeIn )?(fadeOut )?(keyframeAnimation )?(param )*",
    "fadeIn": "",
    "fadeOut": "",
    "marker": "",
    "transition": f"(filter-video )?(filter-audio )?{_MARKERS}(metadata )?",
    "filter-video": "(data )*(param )*",
    "filter-audio": "(data )?(param )*",
    "metadata": "(md )*",
    "md": "(array )?",
}

# Required attributes are marked with a leading "!".
ATTRIBUTES = {
    "fcpxml": {"!version": r"1\.11"},
    "resources": {},
    "format": {
        "!id": ID,
        "name": r"FFVideoFormat\w+",
        "frameDuration": TIME,
        "width": WHOLE,
        "height": WHOLE,
        "colorSpace": ANY,
    },
    "asset": {
        "!id": ID,
        "name": ANY,
        "start": TIME,
        "duration": TIME,
        "hasVideo": FLAG,
        "format": ID,
        "hasAudio": FLAG,
        "videoSources": WHOLE,
        "audioSources": WHOLE,
        "audioChannels": WHOLE,
        "audioRate": WHOLE,
    },
    "media-rep": {"kind": "original-media|proxy-media", "!src": r"[A-Za-z0-9%._~:/@!$&'()*+,;=-]+"},
    "effect": {"!id": ID, "name": ANY, "!uid": ANY},
    "library": {},
    "event": {"name": ANY},
    "project": {"name": ANY},
    "sequence": {
        "!format": ID,
        "duration": TIME,
        "tcStart": TIME,
        "tcFormat": "DF|NDF",
        "audioLayout": "mono|stereo|surround",
        "audioRate": r"32k|44\.1k|48k|88\.2k|96k|176\.4k|192k",
    },
    "spine": {"lane": r"-?\d+", "offset": TIME, "name": ANY, "format": ID},
    "gap": {"name": ANY, "offset": TIME, "start": TIME, "!duration": TIME, "enabled": FLAG},
    "asset-clip": {
        "!ref": ID,
        "lane": r"-?\d+",
        "offset": TIME,
        "name": ANY,
        "start": TIME,
        "duration": TIME,
        "enabled": FLAG,
        "srcEnable": "all|audio|video",
        "format": ID,
        "tcFormat": "DF|NDF",
        "audioRole": ANY,
        "videoRole": ANY,
    },
    "caption": {
        "lane": r"-?\d+",
        "offset": TIME,
        "name": ANY,
        "start": TIME,
        "!duration": TIME,
        "role": r"[\w. -]+\?captionFormat=(SRT|ITT|CEA608)\.[A-Za-z-]+",
    },
    "title": {
        "!ref": ID,
        "lane": r"-?\d+",
        "offset": TIME,
        "name": ANY,
        "start": TIME,
        "!duration": TIME,
    },
    "text": {"placement": "left|right|top|bottom"},
    "text-style": {
        "ref": ID,
        "font": ANY,
        "fontSize": NUMBER,
        "fontFace": ANY,
        "fontColor": f"{NUMBER} {NUMBER} {NUMBER} {NUMBER}",
        "backgroundColor": f"{NUMBER} {NUMBER} {NUMBER} {NUMBER}",
        "alignment": "left|center|right|justified",
    },
    "text-style-def": {"!id": ID},
    "note": {},
    "conform-rate": {
        "scaleEnabled": FLAG,
        "srcFrameRate": r"23\.98|24|25|29\.97|30|60|47\.95|48|50|59\.94",
    },
    "timeMap": {"preservesPitch": "0|1"},
    "timept": {"!time": TIME, "!value": ANY, "interp": "smooth2|linear|smooth"},
    "adjust-transform": {"position": f"{NUMBER} {NUMBER}", "scale": f"{NUMBER} {NUMBER}"},
    "adjust-blend": {"amount": NUMBER},
    "adjust-volume": {"amount": f"{NUMBER}dB"},
    "adjust-panner": {"mode": ANY, "amount": NUMBER},
    "param": {"!name": ANY},
    "fadeIn": {"type": "linear|easeIn|easeOut|easeInOut", "!duration": TIME},
    "fadeOut": {"type": "linear|easeIn|easeOut|easeInOut", "!duration": TIME},
    "marker": {"!start": TIME, "duration": TIME, "!value": ANY, "note": ANY},
    "transition": {"name": ANY, "offset": TIME, "!duration": TIME},
    "filter-video": {"!ref": ID, "name": ANY},
    "filter-audio": {"!ref": ID, "name": ANY},
    "metadata": {},
    "md": {"!key": ANY, "value": ANY},
}


def broken_rules(text: bytes) -> list[str]:
    """Every rule that a document breaks, in words."""
    root = etree.fromstring(text)
    problems = [problem for node in root.iter() for problem in [*_shape(node), *_attributes(node)]]
    if problems:
        return problems
    return [*_references(root), *_grid(root), *_spines(root), *_media(root)]


def _shape(node: etree._Element) -> Iterator[str]:
    if node.tag not in CONTENT:
        yield f"<{node.tag}> is not known"
        return
    children = "".join(f"{child.tag} " for child in node)
    if not re.fullmatch(CONTENT[node.tag], children):
        yield f"<{node.tag}> cannot hold {children}in that order"
    if (node.text or "").strip() and node.tag not in ("text", "text-style", "note"):
        yield f"<{node.tag}> holds text"


def _attributes(node: etree._Element) -> Iterator[str]:
    legal = ATTRIBUTES.get(node.tag, {})
    patterns = {name.lstrip("!"): pattern for name, pattern in legal.items()}
    for name, value in node.attrib.items():
        if name not in patterns:
            yield f"<{node.tag}> has no attribute {name}"
        elif not re.fullmatch(patterns[name], value):
            yield f"<{node.tag} {name}={value!r}> is not {patterns[name]}"
    for name in legal:
        if name.startswith("!") and name[1:] not in node.attrib:
            yield f"<{node.tag}> lacks {name[1:]}"


def _references(root: etree._Element) -> Iterator[str]:
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    if len(ids) != len(set(ids)):
        yield "two resources have one id"
    kinds = {node.get("id"): node.tag for node in root.iter() if node.get("id")}
    wanted = {"asset-clip": "asset", "filter-video": "effect", "filter-audio": "effect"}
    wanted |= {"title": "effect", "text-style": "text-style-def"}
    for node in root.iter():
        if node.get("ref") is not None and kinds.get(node.get("ref")) != wanted[node.tag]:
            yield f"<{node.tag} ref={node.get('ref')}> names no {wanted[node.tag]}"
        if node.get("format") is not None and kinds.get(node.get("format")) != "format":
            yield f"<{node.tag} format={node.get('format')}> names no format"


def _grid(root: etree._Element) -> Iterator[str]:
    """Every time of the sequence is a whole number of its frames."""
    frame = _frame(root)
    names = ("offset", "start", "duration", "tcStart", "time")
    for node in root.find("library").iter():
        for name in names:
            value = node.get(name)
            if value is not None and (seconds(value) / frame).denominator != 1:
                yield f"<{node.tag} {name}={value}> is off the frame grid"


def _spines(root: etree._Element) -> Iterator[str]:
    """In a storyline each element begins where the one before ended; a transition holds a cut."""
    sequence = next(root.iter("sequence"))
    for spine in root.iter("spine"):
        at = seconds(sequence.get("tcStart")) if spine.getparent() is sequence else Fraction(0)
        cuts = [at]
        for node in spine:
            if node.tag == "transition":
                continue
            if seconds(node.get("offset")) != at:
                yield f"<{node.tag} {node.get('name')}> starts at {node.get('offset')}, not {at}s"
            at += seconds(node.get("duration"))
            cuts.append(at)
        for node in spine.iter("transition"):
            if node.getparent() is not spine:
                continue
            start = seconds(node.get("offset"))
            if not any(start <= cut <= start + seconds(node.get("duration")) for cut in cuts):
                yield f"a transition at {start}s holds no cut"


def _media(root: etree._Element) -> Iterator[str]:
    """No clip, nor a transition on it, uses media that its asset has not."""
    assets = {node.get("id"): node for node in root.iter("asset")}
    for clip in root.iter("asset-clip"):
        asset = assets[clip.get("ref")]
        if asset.get("hasVideo") != "1" and asset.get("format"):
            yield f"the sound {asset.get('name')} has a picture format"
        first = seconds(asset.get("start"))
        last = first + seconds(asset.get("duration"))
        low = seconds(clip.get("start")) - _handle(clip, before=True)
        high = seconds(clip.get("start")) + seconds(clip.get("duration"))
        high += _handle(clip, before=False)
        points = clip.findall("timeMap/timept")
        if points:
            values = [seconds(point.get("value")) for point in points]
            if min(values) < first or max(values) > last:
                yield f"the speed of {clip.get('name')} leaves its media"
            first, last = (seconds(points[end].get("time")) for end in (0, -1))
        if low < first or high > last:
            yield f"{clip.get('name')} uses {low}s to {high}s of {first}s to {last}s"


def _handle(clip: etree._Element, *, before: bool) -> Fraction:
    beside = clip.getprevious() if before else clip.getnext()
    if beside is None or beside.tag != "transition" or clip.getparent().tag != "spine":
        return Fraction(0)
    offset, duration = seconds(beside.get("offset")), seconds(beside.get("duration"))
    own = seconds(clip.get("offset"))
    return own - offset if before else offset + duration - own - seconds(clip.get("duration"))


def _frame(root: etree._Element) -> Fraction:
    sequence = next(root.iter("sequence"))
    formats = {node.get("id"): node for node in root.iter("format")}
    return seconds(formats[sequence.get("format")].get("frameDuration"))


def seconds(text: str) -> Fraction:
    """The rational number of seconds that a time says."""
    return Fraction(text.removesuffix("s"))
