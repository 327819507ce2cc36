"""French acronyms that are said as words, in phones: read so where they stand in capitals alone."""

from __future__ import annotations

_AS_THEY_STAND = (  # name=phones
    "cac=k a k;bac=b a k;can=k a n;pac=p a k;var=v a ʁ;rib=ʁ i b;paf=p a f;tig=t i ɡ;fiv=f i v;"
    "dom=d ɔ m;tom=t ɔ m;pin=p i n;sim=s i m;puk=p y k;frac=f ʁ a k;drac=d ʁ a k;fed=f ɛ d;"
    "brics=b ʁ i k s;cern=s ɛ ʁ n;cnes=k n ɛ s;ined=i n ɛ d;inrae=i n ʁ a e;inrap=i n ʁ a p;"
    "cirad=s i ʁ a d;ifremer=i f ʁ ə m ɛ ʁ;smur=s m y ʁ;ddass=d a s;scop=s k ɔ p;"
    "sicav=s i k a v;staps=s t a p s;jap=ʒ a p;spip=s p i p;safer=s a f ɛ ʁ;losc=l ɔ s k;"
    "delf=d ɛ l f;dalf=d a l f;toeic=t o i k;toefl=t ɔ f œ l;nato=n a t o;zup=z y p;"
    "creps=k ʁ ɛ p s;insep=i n s ɛ p;enac=e n a k;essec=e s ɛ k;edhec=e d ɛ k;ifri=i f ʁ i;"
    "alur=a l y ʁ;dalo=d a l o;sepa=s e p a;bafa=b a f a;cesu=s e z y;puma=p y m a;"
    "agirc=a ʒ i ʁ k;arrco=a ʁ k o;assedic=a s e d i k;dares=d a ʁ ɛ s;arcep=a ʁ s ɛ p;"
    "arcom=a ʁ k ɔ m;anssi=ɑ̃ s i;cada=k a d a;tracfin=t ʁ a k f i n;igas=i ɡ a s;"
    "ofpra=ɔ f p ʁ a;maif=m a i f;macif=m a s i f;matmut=m a t m y t;amap=a m a p;"
    "esat=e z a t;segpa=s ɛ ɡ p a;ulis=y l i s;rased=ʁ a z ɛ d;dreal=d ʁ e a l;draaf=d ʁ a f;"
    "raw=ʁ o;lidar=l i d a ʁ;fiba=f i b a;asvel=a s v ɛ l;nupes=n y p ɛ s;cedeao=s e d e a o;"
    "asean=a z e a n;alena=a l e n a;ceta=s e t a;tafta=t a f t a;pnud=p n y d;swift=s w i f t;"
    "unef=y n ɛ f;cob=k ɔ b;sofres=s ɔ f ʁ ɛ s;crif=k ʁ i f;"
    "unedic=y n e d i k;afnor=a f n ɔ ʁ;agessa=a ʒ e s a;cerema=s e ʁ e m a;credoc=k ʁ e d ɔ k;"
    "cades=k a d ɛ s;esra=ɛ s ʁ a;procirep=p ʁ o s i ʁ ɛ p;angoa=ɑ̃ ɡ o a;osce=o ɛ s s e ø;"
    "licra=l i k ʁ a;pal=p a l;ted=t ɛ d;"
    "lep=l ɛ p;sgen=s ʒ ɛ n;snes=s n ɛ s;esa=e z a;"
    "noaa=n o a;darpa=d a ʁ p a;mit=ɛ m i t e;ucla=y s e ɛ l a;ufo=y f o"
)
ACRONYMS = {
    name: tuple(phones.split())
    for name, _, phones in (pair.partition("=") for pair in _AS_THEY_STAND.split(";"))
}
"""Names in small letters, and their phones."""
