-- A journal of version 3, as the program of that time left it: two letters, both sent. All names are invented.
BEGIN TRANSACTION;
CREATE TABLE passage (
    id INTEGER PRIMARY KEY,
    quand TEXT NOT NULL,
    classeur TEXT NOT NULL,
    classeur_sha256 TEXT NOT NULL,
    moteur TEXT NOT NULL,
    programme TEXT NOT NULL,
    lues INTEGER NOT NULL,
    lettres INTEGER NOT NULL,
    a_pourvoir INTEGER NOT NULL,
    rejetees INTEGER NOT NULL,
    ignorees INTEGER NOT NULL
) STRICT;
INSERT INTO passage VALUES(1,'2026-11-27T14:40:55.465594','deux.xlsx','bd5e767b6038884aadf6178891d936443c7361e2d4460805a54d9a021beb685a','LibreOffice 7.4 40(Build:2)','1035ca172eb3578401ead751b41467c4acdced5a6137657402f5349127440970',3,2,1,0,0);
CREATE TABLE lot (
    id INTEGER PRIMARY KEY,
    passage INTEGER NOT NULL REFERENCES passage (id),
    dsden TEXT NOT NULL,
    fichier TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    octets INTEGER NOT NULL,
    montant_total TEXT NOT NULL
) STRICT;
INSERT INTO lot VALUES(1,1,'77','DSDEN-77_2026-2027.zip','f1ba6b457e256bf949fe6fb55d02884d1342f03c9935945af15428ef187d98bf',43070,'625.00');
INSERT INTO lot VALUES(2,1,'93','DSDEN-93_2026-2027.zip','28dd3d33b8b55fdd84fa5ed1772d37bcb38cf819ab5412c7f8e075270ed1a293',41855,'625.00');
CREATE TABLE lettre (
    lot INTEGER NOT NULL REFERENCES lot (id),
    uai TEXT NOT NULL,
    etablissement TEXT NOT NULL,
    prenom TEXT NOT NULL,
    nom TEXT NOT NULL,
    montant TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    champs TEXT NOT NULL
, gabarit_sha256 TEXT NOT NULL DEFAULT '', reglages_sha256 TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO lettre VALUES(1,'0779900T','Collège des Tilleuls','Anne','Exemple','625.00','ebb39fac040b633da21154b37b95c453372a2c7cc0a87c090516aeca9112658d','{"annee_scolaire": "2026-2027", "debut_annee": "1er septembre 2026", "fin_annee": "31 août 2027", "academie": "académie de Créteil", "visas": ["Vu la circulaire du 29 mars 2013 relative aux missions du référent décrochage scolaire", "Vu la circulaire académique des « priorités en matière de lutte contre le décrochage scolaire » pour l’année 2026-2027."], "referentiel": "BO n° 29 du 21 juillet 2016", "dsden": {"code": "77", "nom": "Seine-et-Marne", "intitule": "DSDEN de Seine-et-Marne", "courriel": "ce.77mlds@ac-creteil.fr"}, "etablissement": {"nom": "Collège des Tilleuls", "uai": "0779900T", "commune": "Villeneuve", "le_nom": "le collège des Tilleuls", "Le_nom": "Le collège des Tilleuls", "de_nom": "du collège des Tilleuls", "a_nom": "au collège des Tilleuls"}, "referent": {"civilite": "Mme", "prenom": "Anne", "nom": "Exemple", "nom_complet": "Mme Anne Exemple", "de_nom_complet": "de Mme Anne Exemple", "fonction": "CPE", "il": "elle", "Il": "Elle", "appel": "Madame", "titre": "référente décrochage scolaire", "Titre": "Référente décrochage scolaire", "referent": "référente", "le_referent": "la référente", "Le_referent": "La référente", "du_referent": "de la référente", "DU_REFERENT": "DE LA RÉFÉRENTE", "L_interesse": "L’intéressée", "collegues": ""}, "chef": {"civilite": "M.", "prenom": "", "nom": "Paul Modèle", "nom_complet": "M. Paul Modèle", "de_nom_complet": "de M. Paul Modèle", "fonction": "Principal", "il": "il", "Il": "Il", "appel": "Monsieur", "titre": "principal", "Titre": "Principal", "chef": "chef", "Chef": "Chef", "le_chef": "le chef", "Le_chef": "Le chef", "du_chef": "du chef"}, "equipe": [{"nom_complet": "Mme Anne Exemple", "civilite": "Mme", "prenom": "Anne", "nom": "Exemple", "fonction": "CPE", "imp": "1/2", "montant": "625,00 €"}], "imp": {"nombre": "1/2", "libelle": "demi-taux", "montant": "625,00 €"}, "decharge": "", "autres": {}}','cb47703c772610eaf6fb831eaad29e732b45539d46740d92930debbedb695523','4a82134afa08b1d037ed3b2cdee715e1bc95ded7d50b8c49c20fe177770a0ae1');
INSERT INTO lettre VALUES(2,'0939901G','Collège des Tilleuls','Anne','Modèle','625.00','deffceb44dabc4e4b7662d7149a44064a764bab1045dfa4aebb2238407e3ac15','{"annee_scolaire": "2026-2027", "debut_annee": "1er septembre 2026", "fin_annee": "31 août 2027", "academie": "académie de Créteil", "visas": ["Vu la circulaire du 29 mars 2013 relative aux missions du référent décrochage scolaire", "Vu la circulaire académique des « priorités en matière de lutte contre le décrochage scolaire » pour l’année 2026-2027."], "referentiel": "BO n° 29 du 21 juillet 2016", "dsden": {"code": "93", "nom": "Seine-Saint-Denis", "intitule": "DSDEN de la Seine-Saint-Denis", "courriel": "ce.93mlds@ac-creteil.fr"}, "etablissement": {"nom": "Collège des Tilleuls", "uai": "0939901G", "commune": "Villeneuve", "le_nom": "le collège des Tilleuls", "Le_nom": "Le collège des Tilleuls", "de_nom": "du collège des Tilleuls", "a_nom": "au collège des Tilleuls"}, "referent": {"civilite": "Mme", "prenom": "Anne", "nom": "Modèle", "nom_complet": "Mme Anne Modèle", "de_nom_complet": "de Mme Anne Modèle", "fonction": "CPE", "il": "elle", "Il": "Elle", "appel": "Madame", "titre": "référente décrochage scolaire", "Titre": "Référente décrochage scolaire", "referent": "référente", "le_referent": "la référente", "Le_referent": "La référente", "du_referent": "de la référente", "DU_REFERENT": "DE LA RÉFÉRENTE", "L_interesse": "L’intéressée", "collegues": ""}, "chef": {"civilite": "M.", "prenom": "", "nom": "Paul Modèle", "nom_complet": "M. Paul Modèle", "de_nom_complet": "de M. Paul Modèle", "fonction": "Principal", "il": "il", "Il": "Il", "appel": "Monsieur", "titre": "principal", "Titre": "Principal", "chef": "chef", "Chef": "Chef", "le_chef": "le chef", "Le_chef": "Le chef", "du_chef": "du chef"}, "equipe": [{"nom_complet": "Mme Anne Modèle", "civilite": "Mme", "prenom": "Anne", "nom": "Modèle", "fonction": "CPE", "imp": "1/2", "montant": "625,00 €"}], "imp": {"nombre": "1/2", "libelle": "demi-taux", "montant": "625,00 €"}, "decharge": "", "autres": {}}','cb47703c772610eaf6fb831eaad29e732b45539d46740d92930debbedb695523','4a82134afa08b1d037ed3b2cdee715e1bc95ded7d50b8c49c20fe177770a0ae1');
CREATE TABLE envoi (
    id INTEGER PRIMARY KEY,
    dsden TEXT NOT NULL,
    lot_sha256 TEXT NOT NULL,
    part INTEGER NOT NULL,
    decoupe TEXT NOT NULL,
    message_id TEXT NOT NULL,
    adresse TEXT NOT NULL,
    objet TEXT NOT NULL,
    octets INTEGER NOT NULL,
    prepare_le TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('prepare', 'en_cours', 'envoye', 'refuse', 'incertain')),
    etat_le TEXT NOT NULL,
    reponse TEXT NOT NULL,
    essais INTEGER NOT NULL
) STRICT;
INSERT INTO envoi VALUES(1,'77','f1ba6b457e256bf949fe6fb55d02884d1342f03c9935945af15428ef187d98bf',1,'1','<581792b7-11e8-4472-8cf3-ea3a9729d4c5@ac-exemple.fr>','ce.77mlds@ac-creteil.fr','Lettres de mission des référents décrochage scolaire 2026-2027 – DSDEN de Seine-et-Marne',60512,'2026-10-03T14:05:07+02:00','envoye','2026-10-03T14:05:07+02:00','250 2.0.0 OK: taken',1);
INSERT INTO envoi VALUES(2,'93','28dd3d33b8b55fdd84fa5ed1772d37bcb38cf819ab5412c7f8e075270ed1a293',1,'1','<258812ca-09b1-4add-a311-01b3acf9f61c@ac-exemple.fr>','ce.93mlds@ac-creteil.fr','Lettres de mission des référents décrochage scolaire 2026-2027 – DSDEN de la Seine-Saint-Denis',58862,'2026-10-03T14:05:07+02:00','envoye','2026-10-03T14:05:07+02:00','250 2.0.0 OK: taken',1);
CREATE INDEX lettre_uai ON lettre (uai);
COMMIT;
PRAGMA user_version = 3;
