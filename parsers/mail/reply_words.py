"""What mail programs and people write around the words that matter, in the languages customers write in.

All phrases are folded: lower case, typographic quotes made plain. Data only; `reply.py` has the rules.
"""

from __future__ import annotations

FROM = frozenset((
    "from", "von", "de", "da", "van", "från", "fra", "od", "lähettäjä", "feladó", "от", "kimden", "差出人",
    "送信者", "送信元", "보낸사람", "보낸이", "发件人", "寄件者", "寄件人", "expéditeur", "mittente", "afzender", "avsändare",
    "nadawca", "odesílatel", "remitente", "remetente", "gönderen",
)) | {"от кого", "보낸 사람", "envoyé par", "gesendet von", "sent by"}  # fmt: skip
SENT = frozenset((
    "sent", "date", "gesendet", "datum", "envoyé", "envoyée", "enviado", "fecha", "inviato", "data", "verzonden",
    "enviada", "wysłano", "skickat", "sendt", "dato", "lähetetty", "päivä", "päiväys", "päivämäärä", "odesláno",
    "отправлено", "дата", "küldve", "dátum", "送信日時", "日付", "日時", "送信日", "보낸날짜", "날짜", "日期", "发送时间", "发送日期", "傳送時間",
    "寄件日期", "时间", "gönderildi", "tarih",
)) | {"enviado el", "enviado em", "date d'envoi", "보낸 날짜", "sent on", "sent at", "enviada em", "data wysłania"}  # fmt: skip
TO = frozenset((
    "to", "an", "à", "para", "a", "aan", "till", "til", "do", "komu", "vastaanottaja", "címzett", "кому", "宛先", "送信先",
    "받는사람", "받는이", "收件人", "收件者", "kime", "alıcı", "destinataire", "destinatario", "destinatário", "mottaker",
    "ontvanger",
)) | {"받는 사람"}  # fmt: skip
SUBJECT = frozenset((
    "subject", "betreff", "objet", "asunto", "oggetto", "onderwerp", "assunto", "temat", "ämne", "emne", "aihe",
    "předmět", "тема", "tárgy", "件名", "題名", "제목", "主题", "主旨", "主題", "konu", "sujet",
))  # fmt: skip
OTHER = frozenset((
    "cc", "bcc", "kopie", "kopia", "kopi", "copie", "copia", "másolat", "копия", "참조", "抄送", "副本", "reply-to",
    "importance", "wichtigkeit", "priority", "attachments", "anlagen", "anhang", "allegati", "adjuntos", "bijlagen",
    "bilaga", "첨부", "添付ファイル", "附件", "organization", "bilgi",
)) | {"reply to", "antwort an", "répondre à", "pièces jointes", "cc:"}  # fmt: skip

# Verbs that close the line above a quote ("On … Ann wrote:").
WROTE = (
    "wrote", "writes", "said", "schrieb", "geschrieben", "a écrit", "ecrit", "écrit", "escribió", "escribio", "escribe",
    "ha scritto", "scrisse", "scrive", "schreef", "geschreven", "escreveu", "napisał", "pisze", "skrev", "kirjoitti",
    "napsal", "написал", "пишет", "пише", "írta", "yazdı", "작성", "썼습니다", "님의 말", "写道", "寫道", "のメール",
    "は書きました", "さんが書", "wrote on", "a scris", "έγραψε", "כתב", "đã viết", "menulis", "va escriure",
)  # fmt: skip

ORIGINAL = (
    "original message", "original mail", "original appointment", "ursprüngliche nachricht", "originalnachricht",
    "ursprüngliche mail", "message d'origine", "message original", "mensaje original", "messaggio originale",
    "oorspronkelijk bericht", "originele bericht", "mensagem original", "wiadomość oryginalna", "oryginalna wiadomość",
    "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "original meddelelse",
    "opprinnelig melding", "alkuperäinen viesti", "původní zpráva", "исходное сообщение", "eredeti üzenet",
    "原始邮件", "原邮件", "原始郵件", "元のメッセージ", "원본 메시지", "원본메시지", "원본 메일", "özgün ileti", "orijinal mesaj",
    "reply message", "reply above this line", "reply above the line", "type your reply above", "please reply above",
    "antworten sie oberhalb", "respond above this line",
)  # fmt: skip
FORWARDED = (
    "forwarded message", "forwarded by", "forwarded mail", "weitergeleitete nachricht", "weitergeleitete mail",
    "weitergeleitet von", "message transféré", "message transmis", "message réexpédié", "courriel transféré",
    "mensaje reenviado", "messaggio inoltrato", "doorgestuurd bericht", "mensagem encaminhada", "mensagem reencaminhada",
    "wiadomość przekazana", "przekazana wiadomość", "vidarebefordrat meddelande", "vidarebefordrat brev",
    "videresendt meddelelse", "videresendt melding", "välitetty viesti", "přeposlaná zpráva", "пересылаемое сообщение",
    "пересланное сообщение", "továbbított üzenet", "továbbított levél", "転送されたメッセージ", "転送メッセージ", "転送メール",
    "전달된 메시지", "전달된 메일", "转发的邮件", "转发邮件", "轉寄郵件", "iletilen mesaj", "yönlendirilen ileti",
    "inicio del mensaje reenviado", "inizio messaggio inoltrato", "début du message", "anfang der weitergeleiteten",
    "begin forwarded message", "início da mensagem", "begin doorgestuurd bericht",
)  # fmt: skip
FORWARD_PREFIXES = (
    "fw", "fwd", "wg", "tr", "rv", "i", "enc", "vs", "vb", "pd", "doorst", "továbbítás", "転送", "전달", "转发", "轉寄", "ilt",
    "fyi fw", "weitergeleitet", "перенаправлено", "пересл", "videresend", "vidarebefordra",
)  # fmt: skip
REPLY_PREFIXES = (
    "re", "aw", "antw", "antwort", "sv", "vs", "odp", "ref", "rif", "r", "res", "回复", "回覆", "答复", "返信", "답장", "회신",
    "ynt", "vá", "отв", "ha", "réf", "rép",
)  # fmt: skip

# The line that a device or program adds below the text.
SENT_FROM = (
    "sent from", "sent via", "sent with", "sent using", "sent by galaxy", "from my iphone", "get outlook for", "get [outlook for",
    "von meinem", "von unterwegs gesendet", "gesendet von", "gesendet mit", "gesendet über", "diese nachricht wurde von mein",
    "envoyé de mon", "envoyé depuis", "envoyé à partir de", "envoyé par", "télécharger outlook", "obtenez outlook",
    "enviado desde", "enviado con", "enviado a partir", "enviado de meu", "enviado do meu", "enviado pelo", "obtener outlook",
    "obter o outlook", "inviato da", "inviato con", "ottieni outlook", "scarica outlook", "verzonden vanaf", "verzonden met",
    "verstuurd vanaf", "outlook voor", "wysłano z", "wysłane z", "pobierz outlook", "skickat från", "skickades från",
    "sendt fra", "hent outlook", "hämta outlook", "lähetetty", "odesláno z", "отправлено с", "отправлено из", "küldve",
    "iphoneから送信", "から送信", "에서 보냄", "나의 iphone에서", "에서 보낸", "发自我的", "從我的", "从我的", "傳送自", "寄自我的",
    "outlook für", "laden sie outlook", "holen sie sich outlook", "iphone'umdan gönderildi",
)  # fmt: skip

SIGN_OFFS = frozenset(
    {
        "regards", "best regards", "kind regards", "kindest regards", "warm regards", "with kind regards", "many thanks",
        "with best regards", "thanks", "thank you", "thanks and regards", "thanks & regards", "thank you and regards",
        "thanks in advance", "best", "all the best", "best wishes", "sincerely", "yours sincerely", "sincerely yours",
        "yours faithfully", "yours truly", "cheers", "respectfully", "cordially", "br", "rgds", "brgds", "thx", "tia",
        "kr", "thank you very much", "thanks so much", "thanks again", "thank you for your cooperation", "rgrds",
        "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "mit freundlichem gruss",
        "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse", "beste grüße", "beste grüsse",
        "schöne grüße", "liebe grüße", "lg", "mfg", "vg", "mit besten grüßen", "mit besten grüssen", "grüße", "gruß",
        "mit lieben grüßen", "danke und gruß", "vielen dank", "hochachtungsvoll", "herzliche grüße", "danke",
        "cordialement", "bien cordialement", "très cordialement", "sincères salutations", "meilleures salutations",
        "salutations", "bien à vous", "bonne journée", "merci", "merci d'avance", "sincèrement", "respectueusement",
        "saludos", "un saludo", "saludos cordiales", "cordiales saludos", "atentamente", "muchas gracias", "gracias",
        "un cordial saludo", "reciba un cordial saludo", "atte", "cordialmente", "saluti", "cordiali saluti",
        "distinti saluti", "un cordiale saluto", "grazie", "buona giornata", "grazie mille",
        "met vriendelijke groet", "met vriendelijke groeten", "mvg", "groeten", "vriendelijke groet", "hartelijke groet",
        "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "obrigado",
        "obrigada", "abraços", "pozdrawiam", "z poważaniem", "serdecznie pozdrawiam", "dziękuję", "s pozdravem",
        "med vänliga hälsningar", "vänliga hälsningar", "med vänlig hälsning", "mvh", "hälsningar", "tack",
        "med venlig hilsen", "venlig hilsen", "med vennlig hilsen", "vennlig hilsen", "hilsen", "vh", "takk", "tak",
        "ystävällisin terveisin", "terveisin", "kiitos", "с уважением", "спасибо", "üdvözlettel", "tisztelettel",
        "saygılarımla", "iyi çalışmalar", "よろしくお願いします", "よろしくお願いいたします", "よろしくお願い致します",
        "宜しくお願いします", "宜しくお願いいたします", "宜しくお願い致します", "以上、よろしくお願いいたします", "敬具", "草々", "以上",
        "감사합니다", "감사합니다만", "고맙습니다", "수고하세요", "谢谢", "此致", "敬礼", "顺祝商祺", "祝好", "謝謝", "此致敬礼",
    }
)  # fmt: skip

# A paragraph of boilerplate holds at least two of these, one of them from the first group.
CONFIDENTIAL = (
    "confidential", "privileged", "vertraulich", "confidentiel", "confidencial", "riservat", "confidenzial",
    "vertrouwelijk", "poufn", "konfidenti", "fortrolig", "luottamuksel", "důvěrn", "конфиденциал", "bizalmas", "gizli",
    "機密", "기밀", "保密", "disclaimer", "virus", "environment before printing", "umwelt", "l'environnement",
    "registered in england", "geschäftsführer", "handelsregister", "registergericht", "amtsgericht", "company number",
)  # fmt: skip
BOILERPLATE = (
    "intended recipient", "intended only", "intended solely", "notify the sender", "received this", "in error", "unauthori",
    "delete", "disclos", "print", "attachment", "e-mail", "email", "empfänger", "irrtümlich", "löschen", "unbefugt",
    "destinataire", "par erreur", "supprimer", "imprimer", "destinatario", "por error", "eliminar", "imprimir", "errore",
    "geadresseerde", "verwijderen", "destinatário", "por engano", "odbiorc", "usunąć", "mottagare", "modtager",
    "vastaanottaj", "příjemc", "получател", "címzett", "registered office", "vat", "ust-id", "sitz", "hrb", "recipient",
    "宛先", "수신", "收件人", "削除", "삭제", "删除",
)  # fmt: skip
# What a gateway puts above the text.
BANNERS = (
    "external email", "external e-mail", "external sender", "originated from outside", "originated outside", "externe e-mail",
    "externe mail", "von außerhalb", "ausserhalb der organisation", "außerhalb der organisation", "expéditeur externe",
    "courriel externe", "correo externo", "e-mail esterna", "you don't often get email from", "some people who received",
    "sie erhalten nicht häufig", "vous n'obtenez pas souvent", "do not click links or open", "this message came from outside",
)  # fmt: skip
