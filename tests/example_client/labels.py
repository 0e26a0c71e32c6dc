"""The labels of this front end; all other text comes from the API."""

NL = {
    "source": "Bron", "checked": "Gecontroleerd op", "unchecked": "Nog niet opnieuw gecontroleerd",
    "no_source": "Geen zekere bron gevonden", "related": "In dit onderdeel", "search": "Zoeken", "found": "Gevonden",
    "nothing": "Niets gevonden", "send": "Versturen", "not_there": "Deze pagina is er niet", "menu": "Menu",
    "footer": "Over deze site", "above": "Kruimelpad", "next": "Volgende stap", "languages": "Talen",
    "optional": "niet verplicht", "mend": "Verbeter dit en verstuur het opnieuw", "officer": "Privacyfunctionaris",
    "not_filled_in": "nog niet ingevuld",
}  # fmt: skip
EN = {
    "source": "Source", "checked": "Checked on", "unchecked": "Not yet checked by us",
    "no_source": "No certain source found", "related": "In this section", "search": "Search", "found": "Found",
    "nothing": "Nothing found", "send": "Send", "not_there": "This page is not here", "menu": "Menu",
    "footer": "About this site", "above": "Breadcrumbs", "next": "Next step", "languages": "Languages",
    "optional": "not required", "mend": "Mend this and send it again", "officer": "Privacy officer",
    "not_filled_in": "not filled in yet",
}  # fmt: skip
LABELS = {"nl": NL, "en": EN}
