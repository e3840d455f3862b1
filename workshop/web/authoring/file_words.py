"""The sentences of bringing and taking away: why a file cannot be read, what was understood otherwise, what was not."""

from flask_babel import gettext, lazy_gettext as _

from workshop.formats.questions import Note, Place, Unreadable

ORIGINS = {
    "preau": _("Préau"),
    "gift": _("Moodle (GIFT)"),
    "moodle_xml": _("Moodle (XML)"),
    "pronote": _("Pronote"),
    "kahoot": _("tableur de Kahoot"),
    "csv": _("tableau CSV"),
    "qcmcam": _("QCMCam"),
    "digistorm": _("Digistorm"),
}

KINDS = {
    "choice": _("Choix"),
    "true_false": _("Vrai ou faux"),
    "order": _("À remettre dans l’ordre"),
    "estimate": _("Estimation"),
    "categorise": _("À ranger"),
    "wordcloud": _("Nuage de mots"),
    "slide": _("Diapositive"),
    "scale": _("Débat mouvant"),
    "question_box": _("Boîte à questions"),
    "scenario": _("Scénario"),
    "conversation": _("Conversation"),
    "weather": _("Météo de la classe"),
    "poster": _("Affiche"),
    "before": _("Questions du début"),
    "after": _("Questions de la fin"),
    "help": _("À qui parler"),
}

_REFUSALS = {
    "too_large": _("Ce fichier est trop gros : 5 Mo au plus. Enlevez des images, ou partagez-le en plusieurs."),
    "empty_file": _("Ce fichier est vide."),
    "no_file": _("Choisissez d’abord un fichier."),
    "nothing": _("Ce fichier se lit, mais ne contient aucune question."),
    "unknown": _(
        "Ce n’est pas un fichier que Préau connaît. Il lit un atelier de Préau, GIFT et XML de Moodle, XML de Pronote, "
        "le tableur de Kahoot, QCMCam, Digistorm et CSV."
    ),
    "xml": _("Ce XML n’est plus lisible à partir de la ligne %(detail)s. Exportez-le de nouveau depuis l’outil."),
    "xml_entities": _(
        "Ce XML définit ses propres entités : aucun outil de questions n’en écrit, et cela sert à bloquer un serveur. "
        "Il n’a pas été lu."
    ),
    "json": _("Ce fichier est incomplet ou a été modifié à la main : son contenu JSON ne se lit pas."),
    "encoding": _("Les caractères de ce fichier ne se lisent pas. Enregistrez-le en « UTF-8 »."),
    "zip": _("Cette archive zip est abîmée ou incomplète. Téléchargez-la de nouveau."),
    "zip_bomb": _("Cette archive se déplie en un contenu beaucoup trop gros. Elle n’a pas été ouverte."),
    "zip_path": _("Cette archive contient un nom de fichier dangereux : « %(detail)s ». Elle n’a pas été ouverte."),
    "zip_password": _("Cette archive est protégée par un mot de passe : enlevez-le d’abord."),
    "xlsx": _("Ce classeur ne se lit pas. Ouvrez-le dans un tableur, puis enregistrez-le au format .xlsx."),
    "csv": _("Ce tableau CSV ne se lit pas : un guillemet n’est sans doute pas fermé."),
    "headings": _(
        "Ce tableau n’a pas les titres attendus : une colonne « Question » et au moins deux colonnes « Réponse 1 », "
        "« Réponse 2 »…"
    ),
    "toml": _("Le texte de cet atelier ne se lit pas : %(detail)s"),
    "source_long": _("Le texte de cet atelier est trop long."),
}

# The question is not in the draft at all.
LEFT = {
    "no_text": _("Cette question n’a pas de texte."),
    "empty": _("Cette question est vide."),
    "no_choices": _("Il faut au moins deux propositions, écrites."),
    "braces": _("Une accolade n’est pas fermée, ou pas ouverte."),
    "pair": _("Une paire n’a pas sa flèche."),
    "essay": _("C’est une réponse rédigée : Préau n’en recueille pas."),
    "cloze": _("C’est un texte à trous : Préau n’en a pas. Faites-en une question par trou."),
    "kind": _("Préau n’a rien qui ressemble à ce genre de question (« %(detail)s »)."),
    "number": _("La réponse attendue n’est pas un nombre simple."),
    "number_out": _("Une estimation va de 0 à un million."),
    "sort_size": _("À ranger, il faut de 2 à 4 étiquettes et de 2 à 6 phrases."),
    "formula": _("Une cellule contient une formule. Remplacez-la par son texte."),
    "brainstorm": _("Un remue-méninges n’a pas d’équivalent. Une boîte à questions peut convenir."),
    "too_many": _("Un fichier donne %(detail)s questions au plus. La suite est laissée."),
}

# What was understood, but not as it was written, or not whole.
_NOTES = {
    "all_right": _("Toutes les réponses y étaient justes : c’est devenu une question sans bonne réponse."),
    "several_right": _("Plusieurs réponses étaient justes : on peut en choisir plusieurs."),
    "partial": _(
        "Des réponses valaient une partie des points : seules les réponses entièrement justes sont attendues."
    ),
    "words": _("C’était une réponse courte : c’est devenu un nuage de mots, relu par l’adulte, sans réponse attendue."),
    "grid": _("Préau demande une échelle : %(detail)s est proposé, à ajuster."),
    "tolerance": _("La marge acceptée (%(detail)s) n’est pas gardée : c’est le cran le plus proche qui est attendu."),
    "feedback_left": _("Les commentaires de « vrai » et de « faux » ne sont pas gardés : l’explication l’est."),
    "empty_choice": _("Une proposition sans texte n’est pas gardée."),
    "choices_cut": _("Il reste %(detail)s propositions : les suivantes ne sont pas gardées."),
    "right_unknown": _("La bonne réponse (« %(detail)s ») n’est aucune des propositions : à indiquer."),
    "picture_left": _("Une image n’est pas gardée. %(detail)s"),
    "media_left": _("Un son, une vidéo ou un fichier que Préau ne montre pas n’est pas gardé. %(detail)s"),
    "table_left": _("Un tableau a été lu comme du texte."),
    "script_left": _("Du code de programmation a été retiré."),
    "form_left": _("Un formulaire a été retiré."),
    "column": _("La colonne « %(detail)s » n’est pas gardée."),
    "sheets": _("Seule la première feuille du classeur a été lue."),
    "old_encoding": _("Le fichier n’est pas en UTF-8 : vérifiez les accents."),
    "other_text": _("Un brouillon a une seule langue : « %(detail)s » n’est pas gardé."),
    "file_left": _("« %(detail)s » n’est pas gardé : ce n’est ni le texte, ni une image que Préau montre."),
    "results_left": _("Ce fichier contient des réponses ou des noms d’élèves : ils n’ont été ni lus, ni gardés."),
}

# What a workshop loses when another tool asks its questions.
_LOST = {
    "paired": _("%(detail)s : les questions du début y sont une fois, comme des questions ordinaires."),
    "activity_left": _("%(detail)s : n’y est pas. Ce n’est pas une question que l’autre outil sait poser."),
    "experience_kept": _(
        "%(detail)s : n’y est pas, et n’y sera jamais. Une question sur le vécu ne se pose que là où personne ne "
        "peut savoir qui a répondu quoi."
    ),
    "order_left": _("%(detail)s : n’y est pas. Ce format ne sait pas dire un ordre."),
    "estimate_bare": _("%(detail)s : le nombre attendu y est, sans l’échelle ni l’unité."),
    "all_right_lost": _("%(detail)s : tout y est juste ; au retour, ce serait une question sans bonne réponse."),
    "explanations_left": _("%(detail)s : les explications de chaque phrase n’y sont pas."),
    "names_left": _("Les prénoms de l’histoire y sont écrits : on ne peut plus les changer d’un coup."),
    "sources_left": _("Les sources n’y sont pas."),
    "pictures_left": _("Les images n’y sont pas."),
    "sheets_left": _("Les idées fausses et les fiches pour l’enseignement n’y sont pas."),
    "votes_left": _("Le second vote et « en es-tu sûr ? » n’y sont pas."),
    "course_left": _("Les notes, les minutes, les objectifs et la préparation de la salle n’y sont pas."),
}


# The fields that a draft most often lacks; the others keep the name that they have in the file.
FIELDS = {
    "explanation": _("Explication"),
    "sources": _("Sources"),
    "unit": _("Unité"),
    "alt": _("Description de l’image"),
    "theme": _("Thème"),
    "levels": _("Niveaux"),
    "summary": _("Résumé"),
    "objectives": _("Objectifs"),
    "setup": _("La salle"),
    "relay": _("Relais à la vie scolaire"),
    "adult": _("Adulte présent"),
    "reviewed_on": _("Jour de relecture"),
    "activities": _("Activités"),
    "choices": _("Propositions"),
    "expected": _("Réponse attendue"),
    "names": _("Prénoms"),
    "minutes": _("Minutes"),
    "title": _("Titre"),
    "text": _("Texte"),
}


def why(note: Note) -> str:
    """A note in words."""
    return (str({**LEFT, **_NOTES, **_LOST}[note.code]) % {"detail": note.detail}).strip()


def refused(unreadable: Unreadable) -> str:
    return str(_REFUSALS[unreadable.code]) % {"detail": unreadable.detail}


def where(place: Place) -> str:
    """« Question 3, ligne 14 », or as much of it as is known."""
    if place.question and place.line:
        return str(gettext("Question %(question)s, ligne %(line)s", question=place.question, line=place.line))
    if place.question:
        return str(gettext("Question %(question)s", question=place.question))
    return str(gettext("Ligne %(line)s", line=place.line)) if place.line else ""
