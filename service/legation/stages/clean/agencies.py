"""News agencies by the names that house styles give them."""

from __future__ import annotations

import re

_ALIASES = {
    "AA": "Anadolu",
    "AFP": "AFP",
    "AFP-JIJI": "AFP",
    "AGENCE FRANCE-PRESSE": "AFP",
    "ANADOLU": "Anadolu",
    "ANADOLU AGENCY": "Anadolu",
    "ANI": "ANI",
    "ANSA": "ANSA",
    "AP": "AP",
    "ASSOCIATED PRESS": "AP",
    "BERNAMA": "Bernama",
    "DPA": "dpa",
    "EFE": "EFE",
    "IANS": "IANS",
    "INTERFAX": "Interfax",
    "IRNA": "IRNA",
    "JIJI": "Jiji",
    "JIJI PRESS": "Jiji",
    "KCNA": "KCNA",
    "KUNA": "KUNA",
    "KYODO": "Kyodo",
    "KYODO NEWS": "Kyodo",
    "KYODO NEWS SERVICE": "Kyodo",
    "PTI": "PTI",
    "PRESS TRUST OF INDIA": "PTI",
    "REUTER": "Reuters",
    "REUTERS": "Reuters",
    "RIA": "RIA Novosti",
    "RIA NOVOSTI": "RIA Novosti",
    "SANA": "SANA",
    "SPUTNIK": "Sputnik",
    "TASS": "TASS",
    "ITAR-TASS": "TASS",
    "THE ASSOCIATED PRESS": "AP",
    "THOMSON REUTERS": "Reuters",
    "THOMSON REUTERS FOUNDATION": "Reuters",
    "UNITED PRESS INTERNATIONAL": "UPI",
    "UPI": "UPI",
    "VNA": "VNA",
    "WAM": "WAM",
    "XINHUA": "Xinhua",
    "XINHUA NEWS AGENCY": "Xinhua",
    "YONHAP": "Yonhap",
    "YONHAP NEWS AGENCY": "Yonhap",
}

_PARTS = re.compile(r"\s*[/|,;]\s*|\s+[-–—]\s+|\s+(?:and|via)\s+", re.IGNORECASE)

PATTERN = "(?:" + "|".join(re.escape(alias) for alias in sorted(_ALIASES, key=lambda a: (-len(a), a))) + ")"
"""Any name of any agency, the longest first; to be used without regard to case."""


def agency_named(text: str) -> str | None:
    """The agency that a credit names, alone or as one of its parts ('POOL / AFP-JIJI'); the first one counts."""
    for part in (text, *_PARTS.split(text)):
        found = _ALIASES.get(part.strip(" .()[]").upper())
        if found is not None:
            return found
    return None


def is_agency(text: str) -> bool:
    """Whether the text is an agency's name and nothing else."""
    return text.strip(" .()[]").upper() in _ALIASES
