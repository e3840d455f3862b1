"""What this machine can know of the network by itself, before any phone has tried it, and in which words."""

from dataclasses import dataclass

from flask_babel import gettext

from workshop.addresses import Address, is_elsewhere


@dataclass(frozen=True)
class Finding:
    """`level`: `good`, `care` (may matter) or `stop` (no phone will come in). `remedy` is empty when nothing is to
    be done."""

    level: str
    text: str
    remedy: str = ""


def kind_words(kind: str) -> str:
    """What an address leads to, for somebody who is no technician."""
    words: dict[str, str] = {
        "wifi": gettext("Wi-Fi"),
        "wire": gettext("câble, ou Wi-Fi sous un autre nom"),
        "shared": gettext("le réseau que cet ordinateur partage"),
        "iphone": gettext("le partage de connexion d’un téléphone"),
        "vpn": gettext("un VPN : les téléphones de la salle n’y sont pas"),
        "virtual": gettext("un réseau intérieur à cet ordinateur : machine virtuelle, conteneur, ou partage d’un Mac"),
        "near": gettext("une liaison de proximité (Bluetooth) : pas pour une classe"),
        "alone": gettext("aucun réseau n’a donné d’adresse"),
        "public": gettext("une adresse d’Internet, pas d’une salle"),
    }
    return words[kind]


def findings(known: list[Address], chosen: Address, listens: bool, asked: bool) -> list[Finding]:
    """In the order in which one would look. `asked`: the address comes from `--host`; `listens`: this server answers
    there. Nothing is said that this machine cannot know: neither the firewall nor the isolation of clients."""
    if chosen.ip in ("127.0.0.1", "localhost"):
        return [_for_itself_alone(asked)]
    if is_elsewhere(chosen, known):
        return [_of_another_machine(chosen)]
    found = [_of_the_address(chosen)]
    if not listens:
        found.append(
            Finding(
                "stop",
                gettext("Préau ne répond pas à cette adresse, même depuis cet ordinateur."),
                gettext(
                    "Arrêtez Préau et relancez-le. Si rien ne change, un antivirus le bloque peut-être : essayez une "
                    "autre adresse de la liste."
                ),
            )
        )
    others = [a for a in known if a.likely and a.kind != "alone" and a.ip != chosen.ip]
    if others:
        found.append(
            Finding(
                "care",
                gettext("Cet ordinateur est aussi sur un autre réseau."),
                gettext(
                    "Si le téléphone n’arrive pas, choisissez l’autre adresse ci-dessous ; ou débranchez le câble ou "
                    "le Wi-Fi qui ne sert pas."
                ),
            )
        )
    if chosen.kind != "vpn" and any(a.kind == "vpn" for a in known):
        found.append(
            Finding(
                "care",
                gettext("Un VPN paraît allumé sur cet ordinateur."),
                gettext("Il peut empêcher les téléphones d’arriver : coupez-le le temps de la séance."),
            )
        )
    return found


def _for_itself_alone(asked: bool) -> Finding:
    if asked:
        return Finding(
            "stop",
            gettext("Préau a été démarré pour cet ordinateur seul."),
            gettext("Arrêtez-le, puis relancez-le sans --host."),
        )
    return Finding(
        "stop",
        gettext("Cet ordinateur n’est sur aucun réseau qui mène à la salle."),
        gettext(
            "Rejoignez le Wi-Fi des élèves, ou branchez votre routeur. Rechargez ensuite cette page. Sans "
            "réseau, l’atelier se fait à main levée ou avec des cartes."
        ),
    )


def _of_another_machine(chosen: Address) -> Finding:
    return Finding(
        "stop",
        gettext("L’adresse demandée au démarrage (%(ip)s) n’est pas une de celles de cet ordinateur.", ip=chosen.ip),
        gettext("Relancez sans --host, ou avec une des adresses de la liste."),
    )


def _of_the_address(chosen: Address) -> Finding:
    problems = {
        "alone": (
            gettext("Le réseau n’a pas donné d’adresse à cet ordinateur."),
            gettext(
                "Coupez et remettez le Wi-Fi, ou redémarrez le routeur. Sur le vôtre, vérifiez qu’il donne les "
                "adresses (« serveur DHCP »)."
            ),
        ),
        "vpn": (
            gettext("L’adresse choisie est celle d’un VPN."),
            gettext("Coupez-le, ou choisissez une autre adresse."),
        ),
        "virtual": (
            gettext("L’adresse choisie est intérieure à cet ordinateur."),
            gettext("Choisissez une autre adresse, sauf si ce Mac partage sa connexion avec les téléphones."),
        ),
        "near": (gettext("L’adresse choisie est celle d’une liaison Bluetooth."), gettext("Choisissez-en une autre.")),
        "public": (
            gettext("L’adresse choisie est une adresse d’Internet."),
            gettext("Dans une salle, elle commence par 192.168, 10 ou 172 : êtes-vous sur le bon réseau ?"),
        ),
    }
    if chosen.kind in problems:
        return Finding("stop", *problems[chosen.kind])
    if chosen.kind in ("shared", "iphone"):
        return Finding(
            "care",
            gettext("Ce réseau ressemble à un partage de connexion."),
            gettext(
                "Il s’arrête à quelques appareils : 8 sous Windows, une dizaine sur un téléphone. Pour une classe, "
                "prévoyez un routeur, un appareil pour trois ou quatre, ou des cartes."
            ),
        )
    return Finding("good", gettext("Cet ordinateur est sur un réseau, et Préau attend à cette adresse."))
