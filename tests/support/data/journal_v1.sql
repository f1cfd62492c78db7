-- A journal of version 1, as the program of that time left it: two letters. All names are invented.
BEGIN TRANSACTION;
CREATE TABLE passage (
    id INTEGER PRIMARY KEY,
    quand TEXT NOT NULL,
    classeur TEXT NOT NULL,
    classeur_sha256 TEXT NOT NULL,
    gabarit_sha256 TEXT NOT NULL,
    reglages_sha256 TEXT NOT NULL,
    moteur TEXT NOT NULL,
    programme TEXT NOT NULL,
    lues INTEGER NOT NULL,
    lettres INTEGER NOT NULL,
    a_pourvoir INTEGER NOT NULL,
    rejetees INTEGER NOT NULL,
    ignorees INTEGER NOT NULL
) STRICT;
INSERT INTO passage VALUES(1,'2026-11-27T14:40:41.616313','deux.xlsx','bd5e767b6038884aadf6178891d936443c7361e2d4460805a54d9a021beb685a','006c1d38139b217a6af364a055784815335878eca3e2b2a8ef142c87760a0e42','4a82134afa08b1d037ed3b2cdee715e1bc95ded7d50b8c49c20fe177770a0ae1','LibreOffice 7.4 40(Build:2)','22dfeab67a96f8fa1f9a3544def0a51359e02a9621f4a35b8592b20900039c31',3,2,1,0,0);
CREATE TABLE lot (
    id INTEGER PRIMARY KEY,
    passage INTEGER NOT NULL REFERENCES passage (id),
    dsden TEXT NOT NULL,
    fichier TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    octets INTEGER NOT NULL,
    montant_total TEXT NOT NULL
) STRICT;
INSERT INTO lot VALUES(1,1,'77','DSDEN-77_2026-2027.zip','b6ecfc41ac84a2105b8d4c1308252c8f59f3645cf157bdb0638dadaaa1b79b1c',42992,'625.00');
INSERT INTO lot VALUES(2,1,'93','DSDEN-93_2026-2027.zip','e126728c00cce8fda69f0827707ce6a221be573c69efdb9817ccc1c528cff82a',41780,'625.00');
CREATE TABLE lettre (
    lot INTEGER NOT NULL REFERENCES lot (id),
    uai TEXT NOT NULL,
    etablissement TEXT NOT NULL,
    prenom TEXT NOT NULL,
    nom TEXT NOT NULL,
    montant TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    champs TEXT NOT NULL
) STRICT;
INSERT INTO lettre VALUES(1,'0779900T','Collège des Tilleuls','Anne','Exemple','625.00','9c7458c5bfffdc0fdca01926742f95c0b433d89a69e312f3fb44dc6052c8473e','{"annee_scolaire": "2026-2027", "academie": "académie de Créteil", "visas": ["Vu la circulaire du 29 mars 2013 relative aux missions du référent décrochage scolaire", "Vu la circulaire académique des « priorités en matière de lutte contre le décrochage scolaire » pour l’année 2026-2027."], "referentiel": "BO n° 29 du 21 juillet 2016", "dsden": {"code": "77", "nom": "Seine-et-Marne", "intitule": "DSDEN de Seine-et-Marne", "courriel": "ce.77mlds@ac-creteil.fr"}, "etablissement": {"nom": "Collège des Tilleuls", "uai": "0779900T", "commune": "Villeneuve", "de_nom": "du collège des Tilleuls"}, "referent": {"civilite": "Mme", "prenom": "Anne", "nom": "Exemple", "nom_complet": "Mme Anne Exemple", "fonction": "CPE", "il": "elle", "Il": "Elle", "referent": "référente", "le_referent": "la référente", "Le_referent": "La référente", "du_referent": "de la référente", "DU_REFERENT": "DE LA RÉFÉRENTE", "L_interesse": "L’intéressée"}, "chef": {"civilite": "M.", "prenom": "", "nom": "Paul Modèle", "nom_complet": "M. Paul Modèle", "fonction": "Principal", "il": "il", "Il": "Il", "chef": "chef", "Chef": "Chef", "le_chef": "le chef", "Le_chef": "Le chef", "du_chef": "du chef"}, "imp": {"nombre": "1/2", "libelle": "demi-taux", "montant": "625,00 €"}, "autres": {}}');
INSERT INTO lettre VALUES(2,'0939901G','Collège des Tilleuls','Anne','Modèle','625.00','02f8b8d7b543cb3388cc54265ac9ffdc8ffbb1d6cb834f2dff277a36a054be77','{"annee_scolaire": "2026-2027", "academie": "académie de Créteil", "visas": ["Vu la circulaire du 29 mars 2013 relative aux missions du référent décrochage scolaire", "Vu la circulaire académique des « priorités en matière de lutte contre le décrochage scolaire » pour l’année 2026-2027."], "referentiel": "BO n° 29 du 21 juillet 2016", "dsden": {"code": "93", "nom": "Seine-Saint-Denis", "intitule": "DSDEN de la Seine-Saint-Denis", "courriel": "ce.93mlds@ac-creteil.fr"}, "etablissement": {"nom": "Collège des Tilleuls", "uai": "0939901G", "commune": "Villeneuve", "de_nom": "du collège des Tilleuls"}, "referent": {"civilite": "Mme", "prenom": "Anne", "nom": "Modèle", "nom_complet": "Mme Anne Modèle", "fonction": "CPE", "il": "elle", "Il": "Elle", "referent": "référente", "le_referent": "la référente", "Le_referent": "La référente", "du_referent": "de la référente", "DU_REFERENT": "DE LA RÉFÉRENTE", "L_interesse": "L’intéressée"}, "chef": {"civilite": "M.", "prenom": "", "nom": "Paul Modèle", "nom_complet": "M. Paul Modèle", "fonction": "Principal", "il": "il", "Il": "Il", "chef": "chef", "Chef": "Chef", "le_chef": "le chef", "Le_chef": "Le chef", "du_chef": "du chef"}, "imp": {"nombre": "1/2", "libelle": "demi-taux", "montant": "625,00 €"}, "autres": {}}');
CREATE INDEX lettre_uai ON lettre (uai);
COMMIT;
PRAGMA user_version = 1;
