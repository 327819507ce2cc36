"""French names, initials and borrowed words that the lexicon lacks or has otherwise, in phones."""

from __future__ import annotations

OWN = {  # words that the lexicon lacks or has otherwise
    "onu": "ɔ n y", "unesco": "y n ɛ s k o", "unicef": "y n i s ɛ f", "otan": "ɔ t ɑ̃",
    "nasa": "n a z a", "sida": "s i d a", "fifa": "f i f a", "smic": "s m i k",
    "cetera": "s e t e ʁ a", "et": "e", "les": "l e", "des": "d e", "mes": "m e", "tes": "t e",
    "ses": "s e", "ces": "s e", "bon": "b ɔ̃", "plus": "p l y", "kilooctet": "k i l o ɔ k t ɛ",
    "kilooctets": "k i l o ɔ k t ɛ", "mégaoctet": "m e ɡ a ɔ k t ɛ",
    "mégaoctets": "m e ɡ a ɔ k t ɛ", "gigaoctet": "ʒ i ɡ a ɔ k t ɛ",
    "gigaoctets": "ʒ i ɡ a ɔ k t ɛ", "arobase": "a ʁ ɔ b a z", "dollars": "d ɔ l a ʁ",
    "excellent": "ɛ k s ɛ l ɑ̃|ɛ k s ɛ l", "résident": "ʁ e z i d ɑ̃|ʁ e z i d",
    "influent": "ɛ̃ f l y ɑ̃|ɛ̃ f l y", "somnolent": "s ɔ m n ɔ l ɑ̃|s ɔ m n ɔ l",
    "émergent": "e m ɛ ʁ ʒ ɑ̃|e m ɛ ʁ ʒ", "convergent": "k ɔ̃ v ɛ ʁ ʒ ɑ̃|k ɔ̃ v ɛ ʁ ʒ",
    "août": "u t",
    "mille": "m i l", "t": "t", "y": "i", "à": "a", "ô": "o", "ce": "s ə", "ne": "n ə",
    "insee": "i n s e", "gens": "ʒ ɑ̃", "hélas": "e l a s", "cassis": "k a s i s", "bus": "b y s",
    "paie": "p ɛ", "compagnie": "k ɔ̃ p a ɲ i", "compagnies": "k ɔ̃ p a ɲ i", "metz": "m ɛ s",
    "zinc": "z ɛ̃ ɡ", "teaser": "t i z œ ʁ", "making": "m e k i ŋ", "off": "ɔ f", "of": "ɔ f",
    "online": "ɔ n l a j n", "workflow": "w œ ʁ k f l o", "timeline": "t a j m l a j n",
    "storyboard": "s t ɔ ʁ i b ɔ ʁ d", "rushes": "ʁ œ ʃ", "rush": "ʁ œ ʃ",
    "blockbuster": "b l ɔ k b œ s t œ ʁ", "remake": "ʁ i m ɛ k", "seller": "s ɛ l œ ʁ",
    "designer": "d i z a j n œ ʁ", "fake": "f ɛ k", "trailer": "t ʁ ɛ l œ ʁ",
    "freelance": "f ʁ i l ɑ̃ s", "deadline": "d ɛ d l a j n", "manager": "m a n a d ʒ œ ʁ",
    "showrunner": "ʃ o ʁ œ n œ ʁ", "spin": "s p i n", "prequel": "p ʁ i k w ɛ l", "road": "ʁ o d",
    "movie": "m u v i", "movies": "m u v i", "happy": "a p i", "end": "ɛ n d", "up": "œ p",
    "smartphone": "s m a ʁ t f ɔ n", "streaming": "s t ʁ i m i ŋ", "box": "b ɔ k s",
    "office": "ɔ f i s", "pitch": "p i t ʃ", "mood": "m u d", "board": "b ɔ ʁ d",
    "shooting": "ʃ u t i ŋ", "look": "l u k", "travelling": "t ʁ a v l i ŋ", "scope": "s k ɔ p",
    "steadicam": "s t e d i k a m", "cut": "k œ t", "cut-to": "k œ t t u",
    "fade-in": "f ɛ d i n", "fade-out": "f ɛ d a w t", "fade-to": "f ɛ d t u",
    "dissolve-to": "d i z ɔ l v t u", "jump": "dʒ œ m p", "script": "s k ʁ i p t",
    "cameraman": "k a m e ʁ a m a n", "zurich": "z y ʁ i k", "gang": "ɡ ɑ̃ ɡ",
    "mrs": "m i s i z", "pff": "p f", "pfff": "p f",
    "hmm": "m", "mmm": "m", "brrr": "b ʁ", "psst": "p s t", "grrr": "ɡ ʁ",
    "airbus": "ɛ ʁ b y s", "cedex": "s e d ɛ k s",
    "flash-back": "f l a ʃ b a k", "flashback": "f l a ʃ b a k", "haïtien": "a i s j ɛ̃",
    "haïtiens": "a i s j ɛ̃", "haïtienne": "a i s j ɛ n", "haïtiennes": "a i s j ɛ n",
    "rut": "ʁ y t",
    "prurit": "p ʁ y ʁ i t", "fernandez": "f ɛ ʁ n ɑ̃ d ɛ z", "alvarez": "a l v a ʁ ɛ z",
    "gageure": "ɡ a ʒ y ʁ", "jpeg": "ʒ i p ɛ ɡ", "gif": "ʒ i f", "ina": "i n a",
    "fémis": "f e m i s", "femis": "f e m i s", "samu": "s a m y", "opep": "o p ɛ p",
    "uefa": "y e f a", "cnil": "k n i l", "ifop": "i f ɔ p", "sacem": "s a s ɛ m",
    "ovni": "ɔ v n i", "ovnis": "ɔ v n i", "ademe": "a d ɛ m", "bafta": "b a f t a",
    "unédic": "y n e d i k", "ehpad": "e p a d", "imax": "i m a k s", "led": "l ɛ d",
    "lufs": "l u f s", "ram": "ʁ a m", "wifi": "w i f i", "wi": "w i", "fi": "f i",
    "covid": "k ɔ v i d", "raid": "ʁ ɛ d", "gign": "ʒ e i ʒ e ɛ n", "capes": "k a p ɛ s",
    "hec": "a ʃ ə s e", "ena": "e n a", "cned": "k n ɛ d", "inserm": "i n s ɛ ʁ m",
    "vost": "v e o ɛ s t e", "urssaf": "y ʁ s a f", "bic": "b i k", "siret": "s i ʁ ɛ t",
    "zac": "z a k", "mooc": "m u k", "pacs": "p a k s", "smartphones": "s m a ʁ t f ɔ n",
    "tweet": "t w i t", "tweets": "t w i t", "clip": "k l i p", "clips": "k l i p",
    "casting": "k a s t i ŋ", "castings": "k a s t i ŋ", "thriller": "t ʁ i l œ ʁ",
    "thrillers": "t ʁ i l œ ʁ", "hacker": "a k œ ʁ", "hackers": "a k œ ʁ",
    "brainstorming": "b ʁ ɛ n s t ɔ ʁ m i ŋ", "feedback": "f i d b a k", "youtube": "j u t y b",
    "google": "ɡ u ɡ ə l", "facebook": "f ɛ s b u k", "instagram": "ɛ̃ s t a ɡ ʁ a m",
    "twitter": "t w i t œ ʁ", "iphone": "a j f ɔ n", "apple": "a p ə l", "steven": "s t i v ə n",
    "spielberg": "s p i l b ɛ ʁ ɡ", "dolby": "d ɔ l b i", "avid": "a v i d",
    "resolve": "ʁ i z ɔ l v", "premiere": "p ʁ ə m j ɛ ʁ", "after": "a f t œ ʁ",
    "hérault": "e ʁ o", "audio": "o d j o", "vidéo": "v i d e o", "pixel": "p i k s ɛ l",
    "pixels": "p i k s ɛ l", "porc-épic": "p ɔ ʁ k e p i k", "porcs-épics": "p ɔ ʁ k e p i k",
    "vais": "v ɛ", "web": "w ɛ b", "internet": "ɛ̃ t ɛ ʁ n ɛ t",
    "quelqu": "k ɛ l k",
    "kiev": "k j ɛ v", "kyiv": "k j i v", "shanghai": "ʃ ɑ̃ ɡ a j", "manhattan": "m a n a t a n",
    "vegas": "v e ɡ a s", "los": "l ɔ s", "angeles": "a n dʒ ə l ɛ s", "buenos": "b w e n o s",
    "aires": "ɛ ʁ ɛ s", "johannesburg": "ʒ o a n ɛ s b u ʁ ɡ", "chamonix": "ʃ a m ɔ n i",
    "lens": "l ɑ̃ s", "haye": "ɛ", "hit": "i t", "hits": "i t", "tesla": "t ɛ s l a",
    "spacex": "s p ɛ s i k s", "chatgpt": "t ʃ a t ʒ e p e t e", "airbnb": "ɛ ʁ b i ɛ n b i",
    "uber": "y b ɛ ʁ", "nikon": "n i k ɔ n", "amazon": "a m a z ɔ n", "photoshop": "f o t o ʃ ɔ p",
    "lightroom": "l a j t ʁ u m", "davinci": "d a v i n t ʃ i", "gopro": "ɡ o p ʁ o",
    "netflix": "n ɛ t f l i k s", "linkedin": "l i n k d i n", "twitch": "t w i t ʃ",
    "whatsapp": "w a t s a p", "kennedy": "k e n e d i", "biden": "b a j d ɛ n",
    "churchill": "ʃ œ ʁ ʃ i l", "zelensky": "z e l ɛ n s k i", "roosevelt": "ʁ o z v ɛ l t",
    "zola": "z o l a", "monet": "m ɔ n ɛ", "disney": "d i s n ɛ", "spotify": "s p ɔ t i f a j",
    "messi": "m ɛ s i", "werther": "v ɛ ʁ t ɛ ʁ", "washington": "w a ʃ i ŋ t ɔ n",
    "seattle": "s i a t ə l", "miami": "m j a m i", "brooklyn": "b ʁ u k l i n", "rio": "ʁ i j o",
    "manchester": "m a n ʃ ɛ s t ɛ ʁ", "liverpool": "l i v œ ʁ p u l",
    "newcastle": "n j u k a s ə l", "tchernobyl": "t ʃ ɛ ʁ n ɔ b i l", "hiroshima": "i ʁ o ʃ i m a",
    "auschwitz": "o ʃ v i t s", "stalingrad": "s t a l i n ɡ ʁ a d", "waterloo": "w a t ɛ ʁ l o",
    "guernesey": "ɡ ɛ ʁ n ə z ɛ", "broglie": "b ʁ œ j", "gérardmer": "ʒ e ʁ a ʁ m e",
    "rodez": "ʁ o d ɛ z", "saint-malo": "s ɛ̃ m a l o", "plessis": "p l e s i",
    "giec": "ʒ j ɛ k", "anses": "ɑ̃ s ɛ s", "sras": "s ʁ a s", "cop": "k ɔ p", "svod": "ɛ s v ɔ d",
    "oled": "ɔ l ɛ d", "mucem": "m y s ɛ m", "fnac": "f n a k", "gafam": "ɡ a f a m",
    "insa": "i n s a", "crous": "k ʁ u s", "ovh": "o v e a ʃ", "nft": "ɛ n ɛ f t e",
    "ibm": "i b e ɛ m", "bfm": "b e ɛ f ɛ m", "hadopi": "a d o p i", "arte": "a ʁ t e",
    "laser": "l a z ɛ ʁ", "radar": "ʁ a d a ʁ", "lol": "l ɔ l", "fomo": "f o m o",
    "nasdaq": "n a z d a k", "dow": "d o w", "jones": "d ʒ o n s", "sarl": "ɛ s a ɛ ʁ ɛ l",
    "dgse": "d e ʒ e ɛ s ø", "medef": "m e d ɛ f", "unsa": "y n s a", "ratp": "ɛ ʁ a t e p e",
    "iso": "i z o", "caf": "k a f", "pisa": "p i z a", "raf": "ʁ a f", "sdis": "ɛ s d i s",
    "adil": "a d i l", "dom-tom": "d ɔ m t ɔ m", "zad": "z a d", "zep": "z ɛ p",
    "zfe": "z ɛ d ɛ f ø", "ccas": "s e s e a s", "ufc": "y ɛ f s e",
    "us": "y s", "orchidée": "ɔ ʁ k i d e", "orchidées": "ɔ ʁ k i d e", "osciller": "ɔ s i l e",
    "posters": "p ɔ s t ɛ ʁ", "peut-être": "p ø t ɛ t ʁ", "container": "k ɔ̃ t ɛ n ɛ ʁ",
    "containers": "k ɔ̃ t ɛ n ɛ ʁ", "charter": "ʃ a ʁ t ɛ ʁ", "charters": "ʃ a ʁ t ɛ ʁ",
    "rocker": "ʁ ɔ k œ ʁ", "rockers": "ʁ ɔ k œ ʁ", "corner": "k ɔ ʁ n ɛ ʁ",
    "corners": "k ɔ ʁ n ɛ ʁ", "sweater": "s w ɛ t œ ʁ", "starter": "s t a ʁ t ɛ ʁ",
    "cutter": "k œ t œ ʁ", "trail": "t ʁ ɛ l", "trails": "t ʁ ɛ l", "leadership": "l i d œ ʁ ʃ i p",
    "running": "ʁ œ n i ŋ", "spoiler": "s p ɔ j l œ ʁ", "spoilers": "s p ɔ j l œ ʁ",
    "follower": "f ɔ l o w œ ʁ", "followers": "f ɔ l o w œ ʁ", "cliffhanger": "k l i f ɑ̃ ɡ œ ʁ",
    "gimbal": "dʒ i m b a l", "slider": "s l a j d œ ʁ", "cloud": "k l u d",
    "chatbot": "t ʃ a t b ɔ t", "gameplay": "ɡ ɛ m p l ɛ", "gaming": "ɡ ɛ m i ŋ",
    "gamer": "ɡ ɛ m œ ʁ", "gamers": "ɡ ɛ m œ ʁ", "burn-out": "b œ ʁ n a w t", "time": "t a j m",
    "prime": "p ʁ i m", "story": "s t ɔ ʁ i", "stories": "s t ɔ ʁ i", "software": "s ɔ f t w ɛ ʁ",
    "hardware": "a ʁ d w ɛ ʁ", "e-sport": "i s p ɔ ʁ", "e-mail": "i m ɛ l", "e-mails": "i m ɛ l",
    "mail": "m ɛ l", "mails": "m ɛ l", "newsletter": "n j u z l ɛ t œ ʁ",
    "newsletters": "n j u z l ɛ t œ ʁ", "coach": "k o t ʃ", "coachs": "k o t ʃ",
    "coaching": "k o t ʃ i ŋ", "lifestyle": "l a j f s t a j l", "open": "ɔ p ɛ n",
    "space": "s p ɛ s", "one": "w a n", "man": "m a n", "woman": "w u m a n", "show": "ʃ o",
    "shows": "ʃ o", "talk": "t ɔ k", "talk-show": "t ɔ k ʃ o", "late": "l ɛ t", "night": "n a j t",
    "live": "l a j v", "lives": "l a j v", "life": "l a j f", "best": "b ɛ s t", "black": "b l a k",
    "friday": "f ʁ a j d ɛ", "white": "w a j t", "dark": "d a ʁ k", "blue": "b l u",
    "green": "ɡ ʁ i n", "screen": "s k ʁ i n", "footage": "f u t a ʒ", "b-roll": "b i ʁ o l",
    "stop-motion": "s t ɔ p m o ʃ ə n", "motion": "m o s j ɔ̃", "time-lapse": "t a j m l a p s",
    "timelapse": "t a j m l a p s", "lapse": "l a p s", "slow": "s l o", "voice": "v ɔ j s",
    "over": "ɔ v œ ʁ", "sound": "s a w n d", "design": "d i z a j n",
    "film-maker": "f i l m m e k œ ʁ", "runner": "ʁ œ n œ ʁ", "youtubeur": "j u t y b œ ʁ",
    "youtubeurs": "j u t y b œ ʁ", "youtubeuse": "j u t y b ø z",
    "influenceur": "ɛ̃ f l y ɑ̃ s œ ʁ", "streamer": "s t ʁ i m œ ʁ", "streamers": "s t ʁ i m œ ʁ",
    "stream": "s t ʁ i m", "playlist": "p l ɛ l i s t", "playlists": "p l ɛ l i s t",
    "remix": "ʁ ə m i k s", "single": "s i n ɡ ə l", "featuring": "f i t ʃ ə ʁ i ŋ",
    "feat": "f i t", "punchline": "p œ n t ʃ l a j n", "crew": "k ʁ u", "vlog": "v l ɔ ɡ",
    "vlogs": "v l ɔ ɡ", "blog": "b l ɔ ɡ", "business": "b i z n ɛ s",
    "businessman": "b i z n ɛ s m a n", "challenge": "ʃ a l ɑ̃ ʒ",
    "crowdfunding": "k ʁ a w d f œ n d i ŋ", "cashback": "k a ʃ b a k", "discount": "d i s k u n t",
    "low-cost": "l o k ɔ s t", "drive": "d ʁ a j v", "food": "f u d", "truck": "t ʁ œ k",
    "brunch": "b ʁ œ n ʃ", "cookie": "k u k i", "cookies": "k u k i", "burger": "b œ ʁ ɡ œ ʁ",
    "burgers": "b œ ʁ ɡ œ ʁ", "cheesecake": "t ʃ i z k ɛ k", "smoothie": "s m u z i",
    "wok": "w ɔ k", "penalty": "p e n a l t i", "break": "b ʁ ɛ k", "set": "s ɛ t",
    "matchs": "m a t ʃ", "finish": "f i n i ʃ", "sprint": "s p ʁ i n t",
    "outsider": "a w t s a j d œ ʁ", "coaches": "k o t ʃ", "turnover": "t œ ʁ n ɔ v œ ʁ",
    "playoffs": "p l ɛ ɔ f", "maximum": "m a k s i m ɔ m", "minimum": "m i n i m ɔ m",
    "confer": "k ɔ̃ f ɛ ʁ", "ibidem": "i b i d ɛ m", "opus": "ɔ p y s", "citatum": "s i t a t ɔ m",
    "versus": "v ɛ ʁ s y s", "docteure": "d ɔ k t œ ʁ", "professeure": "p ʁ ɔ f ɛ s œ ʁ",
    "autrice": "o t ʁ i s", "autrices": "o t ʁ i s", "ok": "o k e", "airbag": "ɛ ʁ b a ɡ",
    "gigawatt": "ʒ i ɡ a w a t", "gigawatts": "ʒ i ɡ a w a t", "kilowatt": "k i l o w a t",
    "kilowatts": "k i l o w a t", "mégawatt": "m e ɡ a w a t", "mégawatts": "m e ɡ a w a t",
}  # fmt: skip
"""Words in small letters; `|` parts the readings of a word, the usual first."""
_WITH_PLURALS = (  # name=phones, which a plural in -s shares
    "desnos=d ɛ s n o s;humboldt=œ̃ b ɔ l t;géricault=ʒ e ʁ i k o;dalí=d a l i;miró=m i ʁ o;"
    "velázquez=v e l a s k ɛ z;boulez=b u l ɛ z;messiaen=m ɛ s j ɑ̃;honegger=ɔ n ɛ ɡ ɛ ʁ;"
    "assayas=a s a j a s;méliès=m e l j ɛ s;blum=b l u m;mendès=m ɑ̃ d ɛ s;"
    "badinter=b a d ɛ̃ t ɛ ʁ;riner=ʁ i n ɛ ʁ;prévost=p ʁ e v o;duras=d y ʁ a s;"
    "stendhal=s t ɛ̃ d a l;benzema=b ɛ n z e m a;"
    "successeur=s y k s e s œ ʁ;séminaire=s e m i n ɛ ʁ;slogan=s l ɔ ɡ ɑ̃;linux=l i n y k s;"
    "cohen=k ɔ ɛ n;fisc=f i s k;kansas=k ɑ̃ s a s;brexit=b ʁ ɛ k s i t;transat=t ʁ ɑ̃ z a t;"
    "geek=ɡ i k;gangster=ɡ ɑ̃ ɡ s t ɛ ʁ;jackpot=dʒ a k p ɔ t;initie=i n i s i;"
    "cobaye=k ɔ b a j;barbès=b a ʁ b ɛ s;raide=ʁ ɛ d;marquante=m a ʁ k ɑ̃ t;"
    "choquante=ʃ ɔ k ɑ̃ t;revienne=ʁ ə v j ɛ n;parraine=p a ʁ ɛ n;parrainé=p a ʁ ɛ n e;"
    "parrainée=p a ʁ ɛ n e;ambitieuse=ɑ̃ b i s j ø z;chénier=ʃ e n j e;"
    "damoclès=d a m ɔ k l ɛ s;cousteau=k u s t o;gainsbourg=ɡ ɛ̃ z b u ʁ;zlatan=z l a t a n;"
    "schengen=ʃ ɛ n ɡ ɛ n;chelem=ʃ ə l ɛ m;daesh=d a ɛ ʃ;jospin=ʒ ɔ s p ɛ̃;"
    "cisjordanie=s i z ʒ ɔ ʁ d a n i;croatie=k ʁ ɔ a s i;nigeria=n i ʒ e ʁ j a;"
    "uruguay=y ʁ y ɡ w ɛ;uruguayen=y ʁ y ɡ w a j ɛ̃;paraguay=p a ʁ a ɡ w ɛ;"
    "nicaragua=n i k a ʁ a ɡ w a;guatemala=ɡ w a t e m a l a;zimbabwe=z i m b a b w e;"
    "honduras=ɔ̃ d y ʁ a s;escroc=ɛ s k ʁ o;bangladesh=b ɑ̃ ɡ l a d ɛ ʃ;accroc=a k ʁ o;"
    "pensiez=p ɑ̃ s j e;adéquate=a d e k w a t;prétendant=p ʁ e t ɑ̃ d ɑ̃;"
    "référendum=ʁ e f e ʁ ɛ̃ d ɔ m;media=m e d j a;real=ʁ e a l;android=ɑ̃ d ʁ ɔ j d;"
    "chelsea=tʃ ɛ l s i;press=p ʁ ɛ s;start=s t a ʁ t;out=a w t;hot=ɔ t;"
    "united=j u n a j t ɛ d;offenbach=ɔ f ɛ n b a k;poulenc=p u l ɛ̃ k;bolchoï=b ɔ l ʃ ɔ j;"
    "clavecin=k l a v s ɛ̃;karaoké=k a ʁ a ɔ k e;summum=s ɔ m ɔ m;linguiste=l ɛ̃ ɡ ɥ i s t;"
    "linguistique=l ɛ̃ ɡ ɥ i s t i k;couenne=k w a n;taon=t ɑ̃;lumbago=l ɔ̃ b a ɡ o;"
    "jungle=ʒ œ̃ ɡ l;fuchsia=f y ʃ j a;enivre=ɑ̃ n i v ʁ;enivrer=ɑ̃ n i v ʁ e;"
    "enivré=ɑ̃ n i v ʁ e;enivrant=ɑ̃ n i v ʁ ɑ̃;enivrante=ɑ̃ n i v ʁ ɑ̃ t;"
    "berlioz=b ɛ ʁ l j o z;saint-saëns=s ɛ̃ s ɑ̃ s;descartes=d e k a ʁ t;welles=w ɛ l s;"
    "tarkovski=t a ʁ k ɔ f s k i;kurosawa=k u ʁ o s a w a;niort=n j ɔ ʁ;quark=k w a ʁ k;"
    "blender=b l ɛ n d œ ʁ;bruschetta=b ʁ u s k ɛ t a;crumble=k ʁ œ m b ə l;"
    "pancake=p a n k ɛ k;muffin=m œ f i n;dribble=d ʁ i b l;dribbler=d ʁ i b l e;"
    "dribbleur=d ʁ i b l œ ʁ;néandertal=n e ɑ̃ d ɛ ʁ t a l;"
    "vélociraptor=v e l o s i ʁ a p t ɔ ʁ;bluetooth=b l u t u s;sapiens=s a p j ɛ̃ s;"
    "magnat=m a ɡ n a;billetterie=b i j ɛ t ʁ i;serpillière=s ɛ ʁ p i j ɛ ʁ;"
    "sphincter=s f ɛ̃ k t ɛ ʁ;intelligent=ɛ̃ t e l i ʒ ɑ̃;imminent=i m i n ɑ̃;"
    "indulgent=ɛ̃ d y l ʒ ɑ̃;réticent=ʁ e t i s ɑ̃;strident=s t ʁ i d ɑ̃;"
    "indigent=ɛ̃ d i ʒ ɑ̃;tangent=t ɑ̃ ʒ ɑ̃;corpulent=k ɔ ʁ p y l ɑ̃;"
    "abstinent=a p s t i n ɑ̃;astringent=a s t ʁ ɛ̃ ʒ ɑ̃;luminescent=l y m i n ɛ s ɑ̃;"
    "décollement=d e k ɔ l m ɑ̃;vice-président=v i s p ʁ e z i d ɑ̃;comporte=k ɔ̃ p ɔ ʁ t;"
    "comportent=k ɔ̃ p ɔ ʁ t;comportait=k ɔ̃ p ɔ ʁ t ɛ;comportaient=k ɔ̃ p ɔ ʁ t ɛ;"
    "comporté=k ɔ̃ p ɔ ʁ t e;gnocchi=ɲ ɔ k i;soucient=s u s i;revêche=ʁ ə v ɛ ʃ"
)
OWN |= {
    name + ending: phones
    for name, _, phones in (pair.partition("=") for pair in _WITH_PLURALS.split(";"))
    for ending in ("", "s")
}
