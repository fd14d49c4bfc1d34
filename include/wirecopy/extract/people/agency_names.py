"""The world's news agencies: the one name each is known by here, and how the press writes them.

A line is `name | codes | names | domains`, each a list with `;` between. Codes count only in their exact letters; a code in curly
braces is also a word, a name or somebody's initials, and counts only in the brackets of a dateline or a credit. Names count in any case. Domains are
those the agency publishes at. Compiled from the agencies' own names for themselves; press release services (ots, PR Newswire,
Business Wire) are no agencies here: who pays for a release wrote it.
"""
# ruff: noqa: RUF001 - names in many scripts

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A news agency.

    Attributes:
        name: Its usual name.
        codes: Short forms, matched in their exact letters.
        weak_codes: Short forms that are also words or initials.
        names: Long forms, matched in any case.
        domains: Registrable domains of its own.
    """

    name: str
    codes: tuple[str, ...]
    weak_codes: tuple[str, ...]
    names: tuple[str, ...]
    domains: tuple[str, ...]


_TABLE: Final = """
AP | AP; {АП}; एपी; {أ ب}; {أ.ب}; {ا ب} | Associated Press; The Associated Press; Ассошиэйтед Пресс; 美联社; 美聯社; ＡＰ通信; AP通信; أسوشيتد برس; एसोसिएटेड प्रेस; AP News | apnews.com; ap.org
Reuters | Reuters; REUTERS | Thomson Reuters; Reuters News; Рейтер; Рейтерс; Ройтерс; 路透; 路透社; 路透社电; ロイター; ロイター通信; 로이터; 로이터통신; 로이터 통신; رويترز; רויטרס; रॉयटर्स; रायटर; รอยเตอร์ | reuters.com; reutersagency.com
AFP | AFP; АФП; एएफपी; أ ف ب; أ.ف.ب; ا ف ب; فرانس برس | Agence France-Presse; Agence France Presse; AFP Relaxnews; France Presse; 法新社; 法新社电; AFP時事; AFP通信; وكالة فرانس برس; وكالة الصحافة الفرنسية; Франс Пресс | afp.com
UPI | UPI | United Press International; 合众国际社 | upi.com
Bloomberg | | Bloomberg; Bloomberg News; ブルームバーグ; 彭博; 彭博社; 블룸버그 | bloomberg.com
dpa | dpa; DPA; dpa-AFX; dpa-afx; dpa-infocom; dpa-tmn; د ب أ; د.ب.أ; 德新社 | Deutsche Presse-Agentur; Deutsche Presse Agentur; Deutschen Presse-Agentur; German Press Agency; dpa international; dpa-AFX ProFeed | dpa.com; dpa-international.com; dpa-afx.de
epd | epd | Evangelischer Pressedienst; Evangelischen Pressedienst | epd.de
KNA | KNA | Katholische Nachrichten-Agentur; Katholische Nachrichtenagentur | kna.de
SID | sid; SID | Sport-Informations-Dienst; Sport Informations Dienst | sid.de
APA | APA; apa | Austria Presse Agentur; Austria Press Agency; APA - Austria Presse Agentur; APA/dpa | apa.at
Keystone-SDA | sda; SDA; ats; ATS; {AWP}; awp | Keystone-SDA; Keystone-ATS; Schweizerische Depeschenagentur; Agence télégraphique suisse; Agenzia telegrafica svizzera; sda/Keystone; Keystone-SDA-ATS | keystone-sda.ch
PA Media | PA | PA Media; Press Association; The Press Association; PA News Agency | pa.media; pressassociation.com
ANSA | ANSA; Ansa; {ansa} | Agenzia ANSA; Agenzia Nazionale Stampa Associata; АНСА | ansa.it
Adnkronos | | Adnkronos; AdnKronos | adnkronos.com
AGI | {AGI} | Agenzia Giornalistica Italia; Agenzia Italia | agi.it
LaPresse | | LaPresse News; Agenzia LaPresse | lapresse.it
EFE | EFE; {Efe} | Agencia EFE; EFE Noticias; EFEverde; Эфе | efe.com; agenciaefe.es
Europa Press | | Europa Press; EuropaPress; Europapress; E.P. Europa Press | europapress.es
Servimedia | | Servimedia | servimedia.es
Lusa | {Lusa}; {LUSA} | Agência Lusa; Lusa - Agência de Notícias de Portugal | lusa.pt
Belga | BELGA; {Belga}; {belga} | Agence Belga; Belga News Agency; Persbureau Belga; agence Belga | belga.be; belganewsagency.eu
ANP | ANP | Algemeen Nederlands Persbureau; ANP Producties | anp.nl
Ritzau | /ritzau/ | Ritzau; Ritzaus Bureau; Ritzau Fokus | ritzau.dk; ritzau.com
NTB | NTB; ©NTB | Norsk Telegrambyrå; NTB Scanpix; NPK-NTB | ntb.no
TT | TT | Tidningarnas Telegrambyrå; TT Nyhetsbyrån; TT News Agency | tt.se
STT | STT; {stt}; STT–Lehtikuva; STT-Lehtikuva | Suomen Tietotoimisto; Lehtikuva; Finnish News Agency | stt.fi
BNS | BNS | Baltic News Service; BNS naujienų agentūra | bns.lt; bns.ee; bns.lv
LETA | LETA; {Leta} | Latvian Information Agency; LETA/BNS; aģentūra LETA | leta.lv
ELTA | ELTA; {Elta} | Lietuvos naujienų agentūra ELTA; Lietuvos telegramų agentūra; naujienų agentūra ELTA | elta.lt
PAP | PAP | Polska Agencja Prasowa; Polish Press Agency; PAP Biznes; Nauka w Polsce PAP | pap.pl
ČTK | ČTK; čtk; CTK | Česká tisková kancelář; Czech News Agency; ČTK Česká tisková kancelář | ctk.cz; ceskenoviny.cz
TASR | TASR | Tlačová agentúra Slovenskej republiky; News Agency of the Slovak Republic | tasr.sk
SITA | SITA | SITA Slovenská tlačová agentúra; Slovenská tlačová agentúra | sita.sk
MTI | MTI | Magyar Távirati Iroda; Hungarian News Agency; MTI-OS | mti.hu
Agerpres | | Agerpres | agerpres.ro
Mediafax | | Mediafax | mediafax.ro
BTA | BTA; БТА | Bulgarian News Agency; Българска телеграфна агенция; БТА Българска телеграфна агенция | bta.bg
HINA | {HINA}; {Hina} | Hrvatska izvještajna novinska agencija; Croatian News Agency | hina.hr
STA | STA | Slovenska tiskovna agencija; Slovenian Press Agency | sta.si
Tanjug | | Tanjug; Танјуг; Танюг; Tanyug | tanjug.rs
Beta | {Beta}; {BETA}; {Бета} | Novinska agencija Beta; Beta News Agency; Agencija Beta | beta.rs
FENA | FENA; {Fena} | Federalna novinska agencija | fena.ba
SRNA | SRNA; {Srna}; СРНА | Novinska agencija Republike Srpske | srna.rs
MIA | {MIA}; {МИА} | Media Information Agency Skopje; Медиумска информативна агенција | mia.mk
ATA | {ATA} | Agjencia Telegrafike Shqiptare; Albanian Telegraphic Agency; Albanian Daily News Agency | ata.gov.al
ANA-MPA | ΑΠΕ-ΜΠΕ; ΑΠΕ; ANA-MPA; AMNA | Athens-Macedonian News Agency; Athens News Agency; Αθηναϊκό-Μακεδονικό Πρακτορείο Ειδήσεων; Αθηναϊκό Πρακτορείο Ειδήσεων | amna.gr; ana-mpa.gr
CNA Cyprus | ΚΥΠΕ | Cyprus News Agency; Κυπριακό Πρακτορείο Ειδήσεων | cna.org.cy
Anadolu | AA | Anadolu Agency; Anadolu Ajansı; Anadolu Ajansi; Anadolu; ANADOLU AJANSI (AA); Анадолу; وكالة الأناضول; الأناضول | aa.com.tr
DHA | DHA | Demirören Haber Ajansı; Doğan Haber Ajansı; Demirören News Agency | dha.com.tr
İHA | İHA | İhlas Haber Ajansı; Ihlas Haber Ajansi; İhlas News Agency | iha.com.tr
ANKA | {ANKA} | ANKA Haber Ajansı | ankahaber.net
TASS | TASS; ТАСС; {Tass} | ITAR-TASS; ИТАР-ТАСС; TASS Russian News Agency; TASS News Agency; информационное агентство ТАСС; 塔斯社; タス通信; تاس | tass.com; tass.ru; itar-tass.com
RIA Novosti | РИА; RIA | РИА Новости; RIA Novosti; RIA Nowosti; РИА «Новости»; 俄新社; ريا نوفوستي | ria.ru
Sputnik | | Sputnik News; Радио Sputnik; Sputnik News Agency; 卫星通讯社; سبوتنيك; 스푸트니크 | sputniknews.com; sputnikglobe.com
Interfax | | Interfax; Интерфакс; 国际文传电讯社 | interfax.ru; interfax.com
Interfax-Ukraine | | Interfax-Ukraine; Интерфакс-Украина; Інтерфакс-Україна | interfax.com.ua
Ukrinform | | Ukrinform; Укринформ; Укрінформ | ukrinform.net; ukrinform.ua; ukrinform.ru; ukrinform.de
UNIAN | UNIAN; УНІАН; УНИАН | Ukrainian Independent Information Agency | unian.ua; unian.info; unian.net
BelTA | БЕЛТА; БелТА; BelTA; BELTA | Belarusian Telegraph Agency; Белорусское телеграфное агентство; Беларускае тэлеграфнае агенцтва | belta.by
Moldpres | MOLDPRES | Moldpres | moldpres.md
Kazinform | | Kazinform; Казинформ; ҚазАқпарат; Qazinform | inform.kz; qazinform.com
Trend | {Trend}; {TREND} | Trend News Agency; Агентство Trend | trend.az
Azertac | AZƏRTAC; AZERTAC | Azertac; АЗЕРТАДЖ; Azerbaijan State News Agency; Азертадж | azertag.az
Armenpress | | Armenpress; Арменпресс; Արմենպրես | armenpress.am
UzA | {UzA} | Uzbekistan National News Agency; УзА | uza.uz
24.kg | | ИА 24.kg; 24.kg news agency | 24.kg
Xinhua | | Xinhua; Xinhua News Agency; 新华社; 新華社; 新华网; 新华通讯社; Синьхуа; 신화통신; 신화; 新華社通信; شينخوا; Xinhuanet; Agência Xinhua; Chine nouvelle | xinhuanet.com; news.cn; xinhua.org
CNS | | China News Service; 中新社; 中新网; 中国新闻社; 中国新闻网; 中新網 | chinanews.com; chinanews.com.cn; ecns.cn
CNA Taiwan | | 中央社; 中央通訊社; Focus Taiwan; Central News Agency; 中央社訊息服務 | cna.com.tw; focustaiwan.tw
Kyodo | KYODO | Kyodo; Kyodo News; 共同; 共同通信; 共同通信社; 共同社; 교도통신; 교도; 共同網 | kyodonews.net; kyodonews.jp
Jiji Press | JIJI | 時事; 時事通信; 時事通信社; Jiji; Jiji Press; 时事社; 지지통신; 時事社 | jiji.com
Yonhap | YONHAP | Yonhap; Yonhap News; Yonhap News Agency; 연합뉴스; 聯合ニュース; 韩联社; 韓聯社; 연합뉴스TV | yna.co.kr; yonhapnews.co.kr
Newsis | NEWSIS | 뉴시스; Newsis | newsis.com
News1 | | 뉴스1; News1 Korea | news1.kr
KCNA | KCNA | Korean Central News Agency; 조선중앙통신; 朝中社; 朝鮮中央通信; ЦТАК | kcna.kp
VNA | TTXVN; VNA; {VNS} | Thông tấn xã Việt Nam; Vietnam News Agency; Vietnam Plus; VietnamPlus | vietnamplus.vn; vnanet.vn; baotintuc.vn
PNA | {PNA} | Philippine News Agency | pna.gov.ph
Bernama | BERNAMA; {bernama} | Bernama; Pertubuhan Berita Nasional Malaysia | bernama.com
Antara | ANTARA; {Antara} | LKBN Antara; Antara News; ANTARA News Agency; Kantor Berita Antara | antaranews.com
TNA | {TNA} | Thai News Agency; สำนักข่าวไทย | tna.mcot.net
PTI | PTI; {भाषा}; पीटीआई; पीटीआई-भाषा; पीटीआई भाषा; {Pti} | Press Trust of India; PTI Bhasha; प्रेस ट्रस्ट ऑफ इंडिया | ptinews.com
ANI | ANI; एएनआई; {Ani} | Asian News International; ANI News; एशियन न्यूज इंटरनेशनल | aninews.in
IANS | IANS; आईएएनएस; {Ians} | Indo-Asian News Service; Indo Asian News Service; IANSlive | ians.in; ianslive.in
UNI | {UNI}; {वार्ता}; यूनीवार्ता; यूएनआई | United News of India | uniindia.com; univarta.com
APP | {APP} | Associated Press of Pakistan; Associated Press Of Pakistan | app.com.pk
BSS | {BSS} | Bangladesh Sangbad Sangstha; বাসস; বাংলাদেশ সংবাদ সংস্থা | bssnews.net
UNB | UNB; {ইউএনবি} | United News of Bangladesh | unb.com.bd
RSS Nepal | {RSS}; {रासस} | Rastriya Samachar Samiti; राष्ट्रिय समाचार समिति |
AAP | AAP | Australian Associated Press | aap.com.au
NZ Newswire | NZN | NZ Newswire; New Zealand Newswire; New Zealand Press Association |
CP | {CP} | The Canadian Press; Canadian Press; La Presse Canadienne; Presse canadienne | thecanadianpress.com
SPA | {SPA}; {واس} | Saudi Press Agency; وكالة الأنباء السعودية | spa.gov.sa
WAM | {WAM}; {وام} | Emirates News Agency; وكالة أنباء الإمارات | wam.ae
QNA | {QNA}; {قنا} | Qatar News Agency; وكالة الأنباء القطرية | qna.org.qa
KUNA | KUNA; {كونا} | Kuwait News Agency; وكالة الأنباء الكويتية | kuna.net.kw
BNA | {BNA}; {بنا} | Bahrain News Agency; وكالة أنباء البحرين | bna.bh
ONA | {ONA}; العمانية | Oman News Agency; وكالة الأنباء العمانية | omannews.gov.om
SANA | {SANA}; {سانا} | Syrian Arab News Agency; الوكالة العربية السورية للأنباء | sana.sy
INA | {INA}; {واع} | Iraqi News Agency; وكالة الأنباء العراقية | ina.iq
NNA | {NNA} | National News Agency Lebanon; الوكالة الوطنية للإعلام | nna-leb.gov.lb
Petra | {Petra}; {بترا} | Jordan News Agency; وكالة الأنباء الأردنية | petra.gov.jo
WAFA | WAFA; {وفا} | Palestine News Agency; Palestinian News and Info Agency; وكالة الأنباء الفلسطينية | wafa.ps
MENA | {MENA}; أ ش أ; أ.ش.أ | Middle East News Agency; وكالة أنباء الشرق الأوسط; Agence Moyen-Orient | mena.org.eg
IRNA | IRNA; ایرنا; إرنا | Islamic Republic News Agency; خبرگزاری جمهوری اسلامی | irna.ir
ISNA | ISNA; ایسنا | Iranian Students' News Agency; Iranian Students News Agency; خبرگزاری دانشجویان ایران | isna.ir
Fars | {FNA}; {فارس} | Fars News Agency; Fars News; خبرگزاری فارس; Agence Fars | farsnews.ir; farsnews.com
Tasnim | | Tasnim; Tasnim News Agency; تسنیم; خبرگزاری تسنیم; تسنيم | tasnimnews.com
Mehr | {MNA}; {مهر} | Mehr News Agency; خبرگزاری مهر | mehrnews.com
MAP | {MAP}; {و م ع} | Maghreb Arabe Presse; Agence Marocaine de Presse; Agence MAP; وكالة المغرب العربي للأنباء | mapnews.ma
APS | {APS}; {واج}; {وأج} | Algérie Presse Service; Algeria Press Service; وكالة الأنباء الجزائرية | aps.dz
TAP | {TAP}; {وات} | Tunis Afrique Presse; Agence Tunis Afrique Presse; وكالة تونس إفريقيا للأنباء | tap.info.tn
LANA | {LANA}; {وال} | Libyan News Agency; وكالة الأنباء الليبية | lana.gov.ly
APS Senegal | | Agence de presse sénégalaise | aps.sn
APA News | | Agence de presse africaine; African Press Agency; APAnews | apanews.net
PANA | {PANA} | Panapress; Panafrican News Agency | panapress.com
NAN | NAN | News Agency of Nigeria | nannews.ng
GNA | GNA | Ghana News Agency | gna.org.gh
KNA Kenya | | Kenya News Agency | kenyanews.go.ke
ENA | {ENA} | Ethiopian News Agency | ena.et
SAPA | SAPA; Sapa | South African Press Association |
ANA | | African News Agency; African News Agency (ANA) | africannewsagency.com
SAnews | | South African Government News Agency; SAnews.gov.za | sanews.gov.za
Angop | ANGOP | Angop; Agência Angola Press | angop.ao
Agência Brasil | | Agência Brasil; Agencia Brasil | ebc.com.br
Agência Estado | | Agência Estado; Estadão Conteúdo |
Télam | | Télam; Agencia Télam; TELAM | telam.com.ar
Noticias Argentinas | | Agencia Noticias Argentinas; Noticias Argentinas | noticiasargentinas.com
Notimex | | Notimex | notimex.gob.mx
Prensa Latina | | Prensa Latina; Agencia Prensa Latina | prensa-latina.cu; plenglish.com
ACN Cuba | {ACN} | Agencia Cubana de Noticias | acn.cu
AVN | {AVN} | Agencia Venezolana de Noticias | avn.info.ve
Andina | | Agencia Andina; Agencia Peruana de Noticias | andina.pe
Colprensa | | Colprensa | colprensa.com
"""


@cache
def known_agencies() -> tuple[Agency, ...]:
    """The table's agencies."""
    return tuple(_read_row(line) for line in _TABLE.strip().splitlines())


def _read_row(line: str) -> Agency:
    name, codes, names, domains = (cell.strip() for cell in line.split("|"))
    stated = _read_list(codes)
    return Agency(
        name=name,
        codes=tuple(code for code in stated if not code.startswith("{")),
        weak_codes=tuple(code.strip("{}") for code in stated if code.startswith("{")),
        names=_read_list(names),
        domains=_read_list(domains),
    )


def _read_list(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.strip() for item in cell.split(";") if item.strip()))
