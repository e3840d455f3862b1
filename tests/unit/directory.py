"""A file shaped as the national directory publishes it: its header, and lines of real schools.

Columns and codes: data.education.gouv.fr, « Annuaire de l'éducation » (fr-en-annuaire-education), Licence Ouverte 2.0.
Columns that are not read are left empty; what is wrong in a line was made wrong here.
"""

HEADER = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Adresse_2;"
    "Adresse_3;Code_postal;Code_commune;Nom_commune;Code_departement;Code_academie;Code_region;Ecole_maternelle;"
    "Ecole_elementaire;Voie_generale;Voie_technologique;Voie_professionnelle;Telephone;Fax;Web;Mail;Restauration;"
    "Hebergement;ULIS;Apprentissage;Segpa;Section_arts;Section_cinema;Section_theatre;Section_sport;"
    "Section_internationale;Section_europeenne;Lycee_Agricole;Lycee_militaire;Lycee_des_metiers;Post_BAC;"
    "Appartenance_Education_Prioritaire;GRETA;SIREN_SIRET;Nombre_d_eleves;Fiche_onisep;position;Type_contrat_prive;"
    "Libelle_departement;Libelle_academie;Libelle_region;coordX_origine;coordY_origine;epsg_origine;"
    "nom_circonscription;latitude;longitude;precision_localisation;date_ouverture;date_maj_ligne;etat;"
    "ministere_tutelle;multi_uai;rpi_concentre;rpi_disperse;code_nature;libelle_nature;Code_type_contrat_prive;PIAL;"
    "etablissement_mere;type_rattachement_etablissement_mere;code_bassin_formation;libelle_bassin_formation"
)
_NAMES = HEADER.split(";")


def line(uai: str, name: str, kind: str, town: str, department: str, **others: str) -> str:
    """One line with every column of the header; `department` as the file writes it, « 044 »."""
    cells = {"Identifiant_de_l_etablissement": uai, "Nom_etablissement": name, "Type_etablissement": kind}
    cells |= {"Nom_commune": town, "Code_departement": department, "etat": "OUVERT", **others}
    return ";".join(cells.get(column, "") for column in _NAMES)


LIVET = line("0440029T", "Lycée Livet", "Lycée", "Nantes", "044")
BERLIOZ = line("0440025N", "Collège Hector Berlioz", "Collège", "Nantes", "044")
COLINIERE = line("0440028S", "Collège La Colinière", "Collège", "Nantes", "044")
VINCI = line("0430947W", "Lycée Léonard de Vinci", "Lycée", "Monistrol-sur-Loire", "043")
LASALLE = line("0301674G", "Ecole primaire", "Ecole", "Lasalle", "030")
