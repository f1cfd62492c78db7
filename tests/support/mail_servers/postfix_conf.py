"""The settings of the tests' Postfix and Dovecot: loopback, high ports, our own certificates, and no way out."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DOMAIN = "academie.example"
SENDER = f"mlds@{DOMAIN}"
MAILBOXES = (SENDER, *(f"ce.{code}mlds@{DOMAIN}" for code in ("77", "93", "94")))
SIZE_LIMIT = 10 * 1024 * 1024
ANSWERS: Mapping[str, str] = {
    f"inconnue@{DOMAIN}": "550 5.1.1 Mailbox does not exist",
    f"differee@{DOMAIN}": "451 4.7.1 Greylisted, come back later",
    f"pleine@{DOMAIN}": "452 4.2.2 Mailbox full",
}
"""Recipients that the server always refuses, each with its own answer."""
OWNER = "mail"
"""The account of the system that holds the mailboxes; every Debian has it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What both programs are set up with: a folder of their own, one password for all accounts, ports of the loopback."""

    folder: Path
    password: str
    certificate: Path
    smtp: int
    smtps: int
    imaps: int

    @property
    def postfix(self) -> Path:
        """Return Postfix's configuration folder."""
        return self.folder / "postfix"

    @property
    def dovecot(self) -> Path:
        """Return Dovecot's configuration file."""
        return self.folder / "dovecot.conf"

    @property
    def socket(self) -> Path:
        """Return where Postfix asks Dovecot whether a password is right."""
        return self.folder / "mots-de-passe"


def write_settings(settings: Settings, dovecot: str) -> None:
    """Write the files that both programs read, for this version of Dovecot: 2.4 has other names for what 2.3 knows."""
    folder = settings.folder
    for name in ("postfix", "file", "donnees", "etat", "boites"):
        (folder / name).mkdir()
    owner = pwd.getpwnam(OWNER)
    ids = {"uid": owner.pw_uid, "gid": owner.pw_gid}
    os.chown(folder / "boites", *ids.values())
    shutil.chown(folder / "donnees", "postfix")
    (settings.postfix / "main.cf").write_text(_MAIN.format(s=settings, domain=DOMAIN, size=SIZE_LIMIT, **ids))
    (settings.postfix / "master.cf").write_text(_MASTER.format(s=settings))
    (settings.postfix / "refus").write_text("".join(f"{address} {answer}\n" for address, answer in ANSWERS.items()))
    # The refused ones exist as mailboxes, so that the answer is the one asked for.
    known = (*MAILBOXES, *ANSWERS)
    (settings.postfix / "boites").write_text("".join(f"{address} {address}/\n" for address in known))
    settings.dovecot.write_text(
        (_DOVECOT_24 if dovecot.startswith("2.4.") else _DOVECOT_23).format(s=settings, **ids)
        + _DOVECOT.format(s=settings)
    )
    accounts = folder / "comptes"
    accounts.write_text("".join(f"{mailbox}:{{PLAIN}}{settings.password}\n" for mailbox in MAILBOXES))


# No service of this Postfix speaks to another server: it has no client for SMTP, and whatever is not for its own mailboxes
# goes to the transport that returns an error.
_MAIN = """\
compatibility_level = 3.6
queue_directory = {s.folder}/file
data_directory = {s.folder}/donnees
maillog_file = {s.folder}/postfix.log
maillog_file_prefixes = {s.folder}
myhostname = serveur.{domain}
mydestination =
mynetworks =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
local_transport = error:nothing leaves this machine
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {s.folder}/boites
virtual_mailbox_maps = texthash:{s.postfix}/boites
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
message_size_limit = {size}
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {s.socket}
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = {s.certificate}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{s.postfix}/refus, reject_unauth_destination
"""
_MASTER = """\
127.0.0.1:{s.smtp} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{s.smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT_23 = """\
ssl_cert = <{s.certificate}
ssl_key = <{s.certificate}
mail_location = maildir:{s.folder}/boites/%u
passdb {{
  driver = passwd-file
  args = username_format=%u {s.folder}/comptes
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={s.folder}/boites/%u
}}
"""
_DOVECOT_24 = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
ssl_server_cert_file = {s.certificate}
ssl_server_key_file = {s.certificate}
mail_driver = maildir
mail_path = {s.folder}/boites/%{{user}}
passdb passwd-file {{
  passwd_file_path = {s.folder}/comptes
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {s.folder}/boites/%{{user}}
  }}
}}
"""
_DOVECOT = """\
base_dir = {s.folder}/etat
state_dir = {s.folder}/etat
log_path = {s.folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
first_valid_uid = 1
auth_failure_delay = 0
namespace inbox {{
  inbox = yes
  mailbox Expédiés {{
    auto = create
    special_use = \\Sent
  }}
  mailbox "Envoyés & gardés" {{
    auto = create
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {s.imaps}
    ssl = yes
  }}
}}
service auth {{
  unix_listener {s.socket} {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
"""
