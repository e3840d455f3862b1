"""Words that make an adult look twice at a text, folded as `schools.folded` does; `*` stands for any ending.

They only propose. A list of insults never is complete, and an insult may be the subject of a question.
"""

INSULTS = (
    "abruti*", "andouille", "batard*", "bouffon*", "boloss*", "bolos", "catin", "con", "cons", "conne*", "connard*",
    "couille*", "couillon*", "cretin*", "debile*", "encul*", "fdp", "ferme ta gueule", "ftg", "gogol*", "gouine*",
    "grognasse*", "gueule", "idiot*", "imbecile*", "kehba", "merde*", "merdeux", "mongol*", "moche*", "nique*", "ntm",
    "pd", "pede*", "pedo*", "petasse*", "pouffiasse*", "putain*", "pute*", "sale arabe*", "sale juif*", "sale noir*",
    "sale gros*", "salaud*", "salope*", "tapette*", "tarlouze*", "tg", "ta gueule", "ta mere", "ta race", "triso*",
    "grosse vache", "gros porc", "gros tas", "negre*", "bougnoul*", "youpin*", "bitch*", "fuck*", "loser*", "cassos*",
)  # fmt: skip

ADDRESSES = (
    "j habite", "habite au", "habite a", "mon adresse", "son adresse", "chez moi c est", "mon numero", "son numero",
    "code de l immeuble", "digicode",
)  # fmt: skip

HELP = (
    # to die
    "mourir", "creve*", "me tue*", "suicid*", "me pendre", "en finir", "plus vivre", "plus envie de vivre",
    "plus envie d etre la", "disparaitre", "mettre fin a", "me faire du mal", "me fais du mal", "me scarif*",
    "scarifi*", "me couper", "me coupe les", "je me coupe", "sauter par", "sauter du", "avaler des",
    "me foutre en l air", "envie de mort", "ma mort", "kms", "plus la force", "serait mieux sans moi", "mieux sans moi",
    "kill myself", "want to die", "hurt myself",
    # violence
    "me frappe*", "me tape*", "me bat", "me battent", "nous frappe*", "nous bat", "me cogne*", "m a frappe*",
    "m ont frappe*", "m a tape*", "m ont tape*", "me bloque dans", "me bloquent dans", "m etrangle*",
    "m a etrangle*", "me brule*", "me viole*", "m a viole*", "viol", "violee", "viole", "me touche*", "m a touche*",
    "m oblige*", "me force*", "m a force*", "attouche*", "agress*", "inceste", "couteau", "hits me", "beats me",
    # fear
    "peur de rentrer", "peur d y aller", "peur d aller", "peur de venir", "peur de sortir", "peur chez moi",
    "peur a la maison", "peur de mon", "peur de ma", "peur de lui", "peur d elle", "j ai peur", "me menace*",
    "m a menace*", "m ont menace*", "me fait chanter", "me font chanter", "chantage", "me rackett*", "rackett*",
    "ma photo nue", "photo de moi nu*", "mes nudes", "nude de moi", "mes photos intimes", "diffuse ma*", "afraid to go",
    # alone with it
    "aidez moi", "aide moi", "au secours", "besoin d aide", "sos", "help me", "je n en peux plus", "j en peux plus",
    "je peux plus", "je craque", "personne ne m aide", "personne m aide", "je suis harcele*", "me harcele*",
    "on me harcele", "tout le monde me deteste", "je me deteste", "plus manger", "fugue*",
    # the same, as pupils who read the workshop in another language may write it
    "don t want to live", "want to be dead", "cut myself", "cutting myself", "raped", "touches me", "touched me",
    "hit me", "beat me", "i m scared", "scared to go", "afraid of going", "threaten*", "blackmail*", "can t take it",
    "nobody helps me", "no one helps me", "bully me", "bullying me", "hate myself",
    # Ukrainian, and some Russian
    "хочу померти", "хочу вмерти", "не хочу жити", "вбити себе", "вб ю себе", "вбʼю себе", "накласти на себе руки",
    "покінчити з собою", "самогубств*", "суіцид*", "ріжу себе", "порізати себе", "мене б є", "мене бʼє", "мене б ють",
    "мене бʼють", "б є мене", "бʼє мене", "б ють мене", "бʼють мене", "вдарив мене", "мене вдарив", "мене вдарили",
    "зґвалт*", "згвалт*", "боюся", "боюсь", "мені страшно", "погрожу*", "шантаж*", "допоможіть", "допоможи мені",
    "рятуите", "потрібна допомога", "більше не можу", "мене цькують", "хочу умереть", "не хочу жить", "убить себя",
    "меня бьют", "бьют меня", "мне страшно", "помогите",
    # Arabic: that of books, and some of what is spoken
    "اريد ان اموت", "بدي اموت", "بغيت نموت", "نحب نموت", "اقتل نفسي", "انتحار*", "الانتحار", "انتحر", "اوذي نفسي",
    "لا اريد ان اعيش", "تعبت من الحياة", "يضربني", "يضربونني", "يضربوني", "ضربني", "ضربوني", "يغتصب*", "اغتصب*",
    "يتحرش*", "تحرش بي", "يلمسني", "انا خايف*", "خايفة", "خايف*", "اخاف*", "يهددني", "يهددونني", "يهددوني", "ابتزاز",
    "يبتزني", "ساعدوني", "ساعدني", "النجدة", "احتاج مساعدة", "احتاج الى مساعدة", "محتاج مساعدة", "لم اعد اتحمل",
    "لم اعد احتمل", "يتنمرون علي",
)  # fmt: skip
