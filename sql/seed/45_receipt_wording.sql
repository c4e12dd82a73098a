-- Wording of the receipt of deposit, in both languages. Content: a commune-wide template, read by app.receipt_data.
insert into app.letter_template (kind, content) values ('receipt', $json$
{
  "title": {"fr": "Récépissé de dépôt d'un dossier", "ar": "وصل إيداع ملف"},
  "intro_complete": {
    "fr": "La commune de {commune} certifie avoir reçu la demande ci-dessous. Le dossier comporte toutes les pièces demandées : le délai de réponse court à compter du {complete_on}. La réponse doit être donnée au plus tard le {legal_end}.",
    "ar": "تشهد جماعة {commune} أنها توصلت بالطلب المبين أدناه. يتضمن الملف جميع الوثائق المطلوبة، ويسري أجل الجواب ابتداء من {complete_on}. ويجب أن يتم الجواب في أجل أقصاه {legal_end}."},
  "intro_missing": {
    "fr": "La commune de {commune} certifie avoir reçu la demande ci-dessous. Il y manque des pièces : le délai de réponse ne court pas encore. Il commencera le jour où la dernière pièce de la liste sera fournie.",
    "ar": "تشهد جماعة {commune} أنها توصلت بالطلب المبين أدناه. تنقص الملف بعض الوثائق، ولذلك لم يبدأ أجل الجواب بعد. ويبدأ سريانه يوم الإدلاء بآخر وثيقة من اللائحة."},
  "facts_title": {"fr": "La demande", "ar": "الطلب"},
  "documents_title": {"fr": "Pièces reçues, avec leur empreinte (SHA-256)", "ar": "الوثائق المتوصل بها مع بصمتها (SHA-256)"},
  "missing_title": {"fr": "Pièces manquantes : liste complète, aucune autre ne sera demandée à ce titre", "ar": "الوثائق الناقصة: لائحة حصرية، ولن تطلب أي وثيقة أخرى بهذا الخصوص"},
  "labels": {
    "procedure": {"fr": "Acte demandé", "ar": "القرار المطلوب"},
    "basis": {"fr": "Référence légale", "ar": "المرجع القانوني"},
    "owner": {"fr": "Demandeur", "ar": "صاحب الشأن"},
    "place": {"fr": "Lieu ou objet", "ar": "المكان أو الموضوع"},
    "by": {"fr": "Déposé par", "ar": "أودعه"},
    "channel": {"fr": "Voie de dépôt", "ar": "طريقة الإيداع"},
    "complete_on": {"fr": "Dossier complet le", "ar": "تاريخ استكمال الملف"},
    "legal_end": {"fr": "Réponse au plus tard le", "ar": "آخر أجل للجواب"},
    "complete_by": {"fr": "Pièces à fournir au plus tard le", "ar": "آخر أجل للإدلاء بالوثائق"},
    "tracking_code": {"fr": "Code de suivi", "ar": "رمز التتبع"}},
  "sides": {
    "owner": {"fr": "le demandeur", "ar": "صاحب الشأن"},
    "mandatary": {"fr": "son mandataire", "ar": "الوكيل"},
    "clerk": {"fr": "agent du guichet, pour le demandeur", "ar": "موظف الشباك، نيابة عن صاحب الشأن"}},
  "channels": {
    "online": {"fr": "En ligne", "ar": "عبر الأنترنت"},
    "counter": {"fr": "Au guichet de la commune", "ar": "بشباك الجماعة"},
    "paper": {"fr": "Sur papier, au guichet de la commune", "ar": "ورقيا، بشباك الجماعة"}},
  "columns": {
    "document": {"fr": "Pièce", "ar": "الوثيقة"},
    "file": {"fr": "Fichier", "ar": "الملف"},
    "at": {"fr": "Reçu le", "ar": "تاريخ التوصل"},
    "digest": {"fr": "Empreinte", "ar": "البصمة"}},
  "consequence": {
    "fr": "Les pièces manquantes sont à fournir au plus tard le {complete_by}. Passé ce jour, le dossier est retourné ({article_missing}).",
    "ar": "يجب الإدلاء بالوثائق الناقصة في أجل أقصاه {complete_by}، وبعد هذا التاريخ يرجع الملف إلى صاحبه ({article_missing})."},
  "footer": [
    {"fr": "Ce récépissé prouve la réception du dossier ; il est à conserver pour tout recours et pour se prévaloir du silence de l'administration.",
     "ar": "يثبت هذا الوصل التوصل بالملف، ويجب الاحتفاظ به للإدلاء به عند تقديم أي طعن أو للاحتجاج بسكوت الإدارة."},
    {"fr": "Données personnelles : elles servent à instruire cette demande et à délivrer l'acte. Vous pouvez y accéder et les faire rectifier auprès de la commune (loi 09-08, art. 5, 7 et 8).",
     "ar": "المعطيات ذات الطابع الشخصي: تستعمل لدراسة هذا الطلب وتسليم القرار. ويمكنكم الولوج إليها وطلب تصحيحها لدى الجماعة (القانون رقم 09.08، المواد 5 و7 و8)."}],
  "follow": {"fr": "Suivre le dossier :", "ar": "لتتبع الملف:"}
}
$json$::jsonb)
on conflict (kind) do update set content = excluded.content where app.letter_template.content is distinct from excluded.content;
