"""How mail systems say that a mail was not delivered, in the languages they speak. Lower case; data only."""

from __future__ import annotations

SENDERS = (
    "mailer-daemon", "mailer_daemon", "post_master", "maildaemon", "mail-daemon", "postmaster", "mail delivery", "mail.delivery",
    "mail administrator", "delivery subsystem", "mailerdaemon", "bounce@", "bounces@", "bounce-", "mdaemon", "mmdf@",
    "system administrator", "systemadministrator", "microsoft outlook", "microsoft exchange", "microsoftexchange",
    "mail server", "internet mail delivery", "majordomo", "mail router", "root@", "noreply-dmarc", "uucp@",
)  # fmt: skip
SUBJECTS = (
    "undeliver", "delivery status notification", "delivery failure", "mail delivery fail", "delivery notification",
    "returned mail", "failure notice", "mail failure", "mail could not be delivered", "non-delivery", "delivery report",
    "message you sent blocked", "delivery has failed", "rejected", "error sending", "mail system error", "returned to sender",
    "returning message to sender", "failed mail", "could not deliver", "delivery error", "warning: could not send",
    "delivery delayed", "delayed mail", "message status", "delivery problem", "mail failed", "メールエラー", "undelivered", "unable to deliver", "bounce",
    "unzustellbar", "zustellung", "nicht zugestellt", "unzustellbare", "fehlgeschlagen", "non remis", "échec de la remise",
    "non distribu", "retour à l'expéditeur", "no se puede entregar", "no entregado", "devuelto", "no se ha podido entregar",
    "mancata consegna", "impossibile recapitare", "niet bezorgd", "onbestelbaar", "não entregue", "falha na entrega",
    "niedostarcz", "nie dostarczono", "ej levererat", "olevererbart", "kunne ikke leveres", "ikke leveret", "toimitus epäonnistui",
    "nedoručiteln", "не доставлен", "недоставленное", "配信不能", "配信できません", "送信エラー", "配達不能", "전송 실패",
    "반송", "배달되지", "退信", "无法投递", "未送达", "無法傳遞", "iletilemedi", "mail error", "mail delivery", "email delivery",
)  # fmt: skip
FAILED = (
    "could not be delivered", "couldn't be delivered", "cannot be delivered", "can not be delivered", "was not delivered",
    "wasn't delivered", "not been delivered", "undeliverable", "delivery failed", "delivery to the following", "failed permanently",
    "permanent error", "permanent failure", "permanent fatal error", "fatal error", "unable to deliver", "could not deliver",
    "failed to deliver", "did not reach", "delivery has failed", "not delivered", "undelivered", "unrouteable address",
    "returned to you", "returned below", "giving up", "message was rejected", "message has been rejected", "has been rejected",
    "rejected your message", "was rejected", "rejected for", "address rejected", "recipient rejected", "bounced", "bounce",
    "recipient could not be reached", "had permanent", "this is a permanent error", "delivery error", "delivery failure",
    "transaction failed", "error delivering your", "failure reason", "could not send", "unable to send", "the following addresses had", "unknown or illegal",
    "konnte nicht zugestellt", "nicht zugestellt werden", "konnte nicht übermittelt", "zustellung fehlgeschlagen", "unzustellbar",
    "n'a pas pu être", "n'ont pas pu être", "n'a pas été remis", "échec", "impossible de remettre", "no se pudo entregar",
    "no se ha podido entregar", "no pudo ser entregado", "no ha podido ser entregado", "error permanente", "impossibile recapitare",
    "non è stato possibile", "non è stato recapitato", "kon niet worden", "niet afgeleverd", "niet bezorgd", "não foi possível entregar",
    "não pôde ser entregue", "nie można dostarczyć", "nie została dostarczona", "kunde inte levereras", "gick inte att leverera",
    "kunne ikke leveres", "ei voitu toimittaa", "nelze doručit", "nebylo možné doručit", "не может быть доставлен",
    "не удалось доставить", "配信できません", "配信できなかった", "送信できません", "送信できませんでした", "attempting to deliver a message", "invalid user address", "address(es) failed", "were not delivered", "no valid recipients", "届けることができません", "お届けできません", "配信されません",
    "전달하지 못", "전송하지 못", "배달할 수 없", "반송되었습니다", "无法送达", "无法投递", "未能送达", "退回", "無法傳遞", "teslim edilemedi",
)  # fmt: skip
DELAYED = (
    "will keep trying", "still trying", "is still being", "will be retried", "continue to try", "continues to try",
    "this is a warning message only", "you do not need to resend", "do not need to resend", "delivery is delayed",
    "has been delayed", "delivery is being retried", "delivery attempts will continue", "not yet been delivered",
    "no action is required on your part", "wird weiterhin versucht", "verzögert", "erneut versuchen", "continuera d'essayer",
    "a été retardé", "se seguirá intentando", "se ha retrasado", "riprover", "is vertraagd", "fördröj", "forsinket",
    "引き続き", "配信が遅れ", "再送を試み", "지연되", "延迟", "could not be delivered yet", "queued for retry",
    "will continue to attempt",
)  # fmt: skip
DELIVERED = (
    "was successfully delivered", "successfully delivered", "has been successfully relayed", "successfully relayed",
    "delivery to the following recipients was successful", "message delivered", "erfolgreich zugestellt", "a bien été remis",
    "se ha entregado correctamente", "consegnato correttamente", "正常に配信", "配信されました", "성공적으로 전달",
    "your message was read", "wurde gelesen", "gelesen:", "a été lu", "fue leído", "開封確認",
)  # fmt: skip
FULL = (
    "mailbox full", "mailbox is full", "mailbox has exceeded", "over quota", "quota exceeded", "exceeded quota", "exceeds quota",
    "quota has been exceeded", "mailbox size limit", "exceeded their quota", "exceeded its quota", "out of storage", "mail quota",
    "insufficient disk", "disk quota", "no space left", "not enough storage", "exceeds allowed size", "exceeds the maximum size", "mailbox has reached", "mailbox limit", "storage limit", "user is over",
    "exceeded storage", "exceeded the quota", "mbox full", "full mailbox", "postfach ist voll", "postfach voll", "speicherplatz",
    "boîte aux lettres est pleine", "boite pleine", "buzón lleno", "buzón está lleno", "casella piena", "postvak is vol",
    "caixa de correio cheia", "skrzynka", "メールボックスがいっぱい", "容量", "사서함이 가득", "邮箱已满",
)  # fmt: skip
NO_MAILBOX = (
    "user unknown", "unknown user", "no such user", "no such mailbox", "no such address", "no such recipient", "no mailbox here",
    "mailbox not found", "mailbox unavailable", "mailbox does not exist", "does not exist", "doesn't exist", "unknown recipient",
    "recipient unknown", "invalid recipient", "recipient not found", "address unknown", "user not found", "unknown address",
    "not a valid mailbox", "account that you tried to reach", "unknown local", "couldn't be found", "wasn't found", "not found at",
    "invalid mailbox", "no account by that name", "not listed in", "addressee unknown", "no longer available", "isn't in our",
    "user doesn't have", "this user doesn", "no longer valid", "not our customer", "bad destination mailbox", "not a known user", "name is not recognized", "no valid recipients", "not recognized",
    "unbekannter empfänger", "empfänger unbekannt", "existiert nicht", "unbekannt", "n'existe pas", "utilisateur inconnu",
    "destinataire inconnu", "adresse inconnue", "no existe", "usuario desconocido", "destinatario desconocido", "non esiste",
    "utente sconosciuto", "bestaat niet", "não existe", "usuário desconhecido", "nie istnieje", "finns inte", "findes ikke",
    "finnes ikke", "neexistuje", "не существует", "ユーザーが見つかりません", "宛先不明", "存在しません", "あて先", "존재하지 않", "없는 사용자",
    "不存在", "kullanıcı yok", "invalid final delivery userid", "ディレクトリのリストにありません",
)  # fmt: skip
NO_HOST = (
    "host unknown", "unknown host", "host not found", "domain not found", "name service error", "no such domain", "unknown domain",
    "bad destination system", "domain name not found", "unrouteable mail domain", "unable to lookup", "domain does not exist",
    "dns lookup failure", "no mx record", "illegal host/domain", "unrouteable address",
)  # fmt: skip
EXPIRED = (
    "retry timeout exceeded", "retry time not reached", "message has been in the queue too long", "delivery time expired", "message expired",
    "envelope expired", "too long in queue", "maximum queue", "could not be delivered for", "has been in the queue", "giving up on",
    "queue time exceeded", "delivery timed out", "unable to deliver this message after", "gave up",
)  # fmt: skip
PERMANENT = (
    "permanent error", "permanent failure", "permanent fatal", "failed permanently", "fehlgeschlagen: permanent", "permanenter fehler",
    "dauerhaft", "erreur permanente", "échec définitif", "error permanente", "errore permanente", "permanente fout", "erro permanente",
    "błąd trwały", "永続的", "영구적", "永久",
)  # fmt: skip
COPY_BELOW = (
    "--- below this line is a copy of the message", "---- original message follows", "\noriginal message follows", "----- original message follows",
    "------ this is a copy of the message", "----- message header follows", "--- the message headers", "----- original message -----",
    "--- returned mail follows", "--- returned message", "--- undelivered message follows", "----- unsent message follows",
    "----- unsent message below", "the original message follows", "the original message was as follows", "original message headers",
    "original message header:", "----- header of original message", "--- mail header", "your original mail", "\nreceived: from", "below is a copy of the original", "message text follows", "bounced e-mail:",
    "--- message headers", "your original message", "unsent message below", "the text you sent follows", "---original message",
    "message headers follow", "original mail as follows", "ursprüngliche nachricht", "originalnachricht", "message d'origine",
    "headers of the original message", "------ original message", "===the original message", "--- copy of your message",
    "a copy of the original message", "content of the original", "returned message text", "\nreturn-path: <", "--------- returned",
)  # fmt: skip
