"""What a workshop must not say to a class, and what to say instead: the association's own words for what its readings
do not allow to be claimed. Patterns read plain spaces and curly apostrophes, in any case."""

Words = tuple[tuple[str, str], ...]

# Anywhere: they lead a pupil to nobody, or an adult to a text that no longer exists.
OUTDATED: Words = (
    (r"\b30 ?20\b", "le 3020 n’existe plus : écrivez le 3018."),
    (r"net ?écoute|0 ?800 ?200 ?000", "Net Écoute n’existe plus : écrivez le 3018."),
    (r"9 ?h(?:eures)? ?(?:-|–|à) ?20 ?h", "ces horaires sont anciens : le 3018 répond de 9 h à 23 h."),
    (r"\b511-3-1\b", "cet article a été abrogé : voyez l’article L. 111-6 du code de l’éducation."),
)
# Where something is told as true: more than is known, or than anybody can promise.
BEYOND: Words = (
    (r"\b(?:il|ça) suffit (?:juste )?(?:de|d’)", "rien ne suffit à soi seul : dites « cela peut aider »."),
    (r"3018 (?:supprime|efface|retire|fait disparaître)", "le 3018 demande le retrait, la plateforme décide."),
    (r"3018[^.!?]*(?:jour et nuit|nuit et jour|24 ?h|toute la nuit)", "le 3018 ne répond pas la nuit."),
    (
        r"(?:tout|ça|cela) reste(?:ra)? (?:bien )?(?:secret|entre nous)",
        "un adulte qui apprend un danger doit en parler : ne promettez pas le secret.",
    ),
    (
        r"je (?:te |vous )?promets (?:le|de garder le) secret",
        "un adulte qui apprend un danger doit en parler : ne promettez pas le secret.",
    ),
    (r"(?:totalement|complètement|entièrement|100 ?%) anonyme", "dites ce qui est gardé, plutôt que « totalement »."),
    (
        r"(?:sera|est) (?:tout |complètement |définitivement )?effacée? (?:de partout|pour toujours|à jamais)",
        "une copie peut rester ailleurs.",
    ),
    (r"tout (?:sera|est) (?:effacé|supprimé)|disparaît pour toujours", "une copie peut rester ailleurs."),
    (r"(?:google|le moteur)(?: de recherche)? (?:efface|supprime)", "le moteur retire un résultat, la page reste."),
    (
        r"\b(?:interdite?s?|ferm[ée]+s?) aux moins de (?:15|quinze) ans",
        "cette interdiction n’est pas entrée en vigueur.",
    ),
    (
        r"(?:avant|moins de) (?:13|treize) ans,? (?:on|tu|il|elle|vous) ne risque",
        "des mesures éducatives sont possibles.",
    ),
    (r"il faut (?:au moins )?(?:plusieurs|deux|trois) messages", "dans un groupe, un seul message peut suffire."),
    (
        r"(?:1|un) élève sur (?:10|dix)|(?:2|deux)(?: élèves)? par classe|(?:1|un) million d’élèves",
        "ce chiffre n’a pas de source sûre : donnez l’enquête et l’année.",
    ),
    (r"un quart des (?:collégien|lycéen|élève)", "ce chiffre n’a pas de source sûre : donnez l’enquête et l’année."),
    (
        r"harcèlement (?:explose|recule|augmente|baisse|diminue)",
        "les enquêtes ne se comparent pas d’une année à l’autre.",
    ),
    (r"la plupart (?:des \w+ )?(?:harcèlent|se moquent|participent)", "la grande majorité ne harcèle personne."),
    (r"80 ?% des recruteurs(?![^.]*indeed)", "dites qui l’a demandé, quand, et que c’est déclaré."),
    (r"parcoursup (?:regarde|lit|consulte|fouille)", "aucune source ne le dit."),
    (r"70 ?% des (?:cas|situations)", "ce taux est avancé par qui défend la méthode, il n’est pas établi."),
    (r"(?:sondage|enquête|échantillon)s? représentati", "une classe n’est pas tirée au hasard."),
    (r"la cnil impose un seuil", "aucune règle de ce genre n’a été trouvée."),
    (r"téléphones? (?:est|sont) (?:autorisé|interdit)s? (?:partout|au lycée|dans tous)", "cela dépend du règlement."),
    (r"certification pix", "un atelier ne vaut aucune certification."),
    (r"agréé par|partenariat avec|avec le soutien de", "il y faut un accord écrit."),
    (r"droit à l’image interdit tout", "il y a des exceptions : la foule, l’actualité."),
    (
        r"(?:selfie|photo)[^.]*(?:librement|de son plein gré)[^.]* peut être (?:partag|diffus)",
        "envoyer à une personne n’autorise personne à diffuser.",
    ),
)
# Where something is told as true: what puts the fault on the one who is aimed at, or on those who were there.
BLAMING: Words = (
    (
        r"(?:est|es|sont|êtes|devient|deviens) (?:toujours |aussi |tou[ts] )?complices?\b",
        "se taire n’est pas être complice : ni la loi ni nous ne le disons.",
    ),
    (
        r"si tu (?:ne )?dis rien,? (?:tu es|c’est|alors)",
        "une personne qui se tait a souvent peur : proposez un geste plus petit.",
    ),
    (
        r"témoins? (?:passifs? )?(?:est|sont|sera|seront) (?:toujours )?(?:punis?|coupables?|responsables?)",
        "c’est trop large.",
    ),
    (
        r"n’av(?:ait|ais|iez|aient) qu’à|c’est (?:de )?(?:ta|sa|leur|votre) faute",
        "la faute n’est jamais à la personne visée.",
    ),
    (r"(?:l’as|l’a|l’ont) (?:bien )?cherché|(?:tu )?aurai[st] dû", "la faute n’est jamais à la personne visée."),
    (r"(?:il )?(?:ne )?fallait pas (?:envoyer|publier|répondre|poster)", "la faute n’est jamais à la personne visée."),
    (
        r"(?:^|[.!?:«] ?|\bet )(?:va|allez) (?:lui|leur) parler|\b(?:règle|réglez) (?:ça|cela) (?:avec|entre)",
        "n’envoyez personne affronter l’auteur : un adulte s’en charge.",
    ),
    (r"tiens-lui tête|\baffronte[zs]?\b(?! pas)", "n’envoyez personne affronter l’auteur : un adulte s’en charge."),
    (r"toujours (?:par|de la) jalousie|tous d’anciennes victimes", "les raisons sont diverses : n’en donnez pas une."),
    (
        r"captures?[^.!?]*(?:intime|nue?s?\b|sexuel)",
        "on ne garde pas une image intime : on note l’adresse et on appelle le 3018.",
    ),
    (
        r"(?:image|photo)s? (?:intime|sexuel|de nu)[^.!?]*(?:fais|garde|prends)[^.!?]*capture",
        "on ne garde pas une image intime : on note l’adresse et on appelle le 3018.",
    ),
)
# What the class sees or hears: it frightens, or sticks a label on somebody who may be sitting there.
FEAR: Words = (
    (r"suicid", "n’en parlez pas à une classe, et surtout pas en chiffres."),
    (r"\bprison|\d ?(?:€|euros)|\btu risques", "n’énumérez pas de peines : ce sont celles de majeurs."),
    (r"harceleu[rs]|harceleuse", "parlez d’auteur, et de gestes."),
    (r"\bvictimes?\b", "parlez de la personne visée."),
)
