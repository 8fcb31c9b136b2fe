"""Keys and tokens of code hosts, package registries, model providers and other services, by the forms they publish."""

from typing import Final

from holdfast.redaction.rule import Rule, rule, token

CODE_TOKENS: Final[tuple[Rule, ...]] = (
    token("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,251}", "GitHub, token formats"),
    token(
        "github-fine-grained-token",
        "github_pat_",
        r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
        "GitHub, token formats",
    ),
    token(
        "gitlab-token",
        "glpat- gloas- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- glwt-",
        r"gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[A-Za-z0-9_\-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?",
        "GitLab, token prefixes",
    ),
    token("gitlab-runner-token", "gr1348941", r"GR1348941[A-Za-z0-9_\-]{20}", "GitLab, runner registration"),
    token("bitbucket-token", "atbb", r"ATBB[A-Za-z0-9]{32}", "Bitbucket Cloud, app passwords"),
    token("atlassian-token", "atatt3 atctt3", r"AT(?:ATT|CTT)3[A-Za-z0-9_\-=]{60,300}", "Atlassian, API tokens"),
    token("npm-token", "npm_", r"npm_[A-Za-z0-9]{36}", "npm, access tokens"),
    token("pypi-token", "pypi-", r"pypi-Ag[A-Za-z0-9_\-]{50,400}", "PyPI, API tokens"),
    token("rubygems-key", "rubygems_", r"rubygems_[0-9a-f]{48}", "RubyGems.org, API keys"),
    token("crates-token", "cio", r"cio[A-Za-z0-9]{32}", "crates.io, API tokens"),
    token("nuget-key", "oy2", r"oy2[a-z0-9]{43}", "NuGet, API keys"),
    token("clojars-token", "clojars_", r"CLOJARS_[0-9a-z]{60}", "Clojars, deploy tokens"),
    token(
        "artifactory-key",
        "akcp cmvmdgtuoje",
        r"AKCp[A-Za-z0-9]{69}|cmVmdGtuOjE[A-Za-z0-9+/_\-]{40,120}",
        "JFrog, API keys and reference tokens",
    ),
    token("postman-key", "pmak-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}", "Postman API, keys"),
    token("linear-key", "lin_", r"lin_(?:api|oauth)_[A-Za-z0-9]{40,64}", "Linear, API keys"),
    token("notion-token", "ntn_ secret_", r"ntn_[A-Za-z0-9]{40,50}|secret_[A-Za-z0-9]{43}", "Notion API, tokens"),
    token("figma-token", "figd_", r"figd_[A-Za-z0-9_\-]{40}", "Figma, personal access tokens"),
    token("airtable-token", "pat", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}", "Airtable, personal access tokens"),
    token("readme-key", "rdme_", r"rdme_[a-z0-9]{70}", "ReadMe, API keys"),
    token("contentful-token", "cfpat-", r"CFPAT-[A-Za-z0-9_\-]{43}", "Contentful, management tokens"),
)
"""Code hosts, registries and the tools around them."""

MODEL_TOKENS: Final[tuple[Rule, ...]] = (
    token("anthropic-key", "sk-ant-", r"sk-ant-[a-z]{3,12}\d{2}-[A-Za-z0-9_\-]{60,140}", "Anthropic API, keys"),
    token("openrouter-key", "sk-or-", r"sk-or-v1-[0-9a-f]{64}", "OpenRouter, API keys"),
    token(
        "openai-key",
        "sk-",
        r"sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_\-]{40,200}|sk-[A-Za-z0-9]{32,64}",
        "OpenAI API, keys; taken over by many compatible servers",
    ),
    token("huggingface-token", "hf_ api_org_", r"(?:hf_|api_org_)[A-Za-z0-9]{34}", "Hugging Face, user access tokens"),
    token("groq-key", "gsk_", r"gsk_[A-Za-z0-9]{52}", "Groq, API keys"),
    token("xai-key", "xai-", r"xai-[A-Za-z0-9]{80}", "xAI, API keys"),
    token("perplexity-key", "pplx-", r"pplx-[A-Za-z0-9]{48}", "Perplexity, API keys"),
    token("replicate-token", "r8_", r"r8_[A-Za-z0-9]{37}", "Replicate, API tokens"),
    token("langsmith-key", "lsv2_", r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}", "LangSmith, API keys"),
)
"""Those who serve models."""

SERVICE_TOKENS: Final[tuple[Rule, ...]] = (
    token(
        "slack-token",
        "xox xapp-",
        r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9\-]{10,250}|xapp-\d-[A-Z0-9]{6,20}-\d{6,20}-[a-z0-9]{20,80}",
        "Slack API, token types",
    ),
    rule(
        "slack-webhook",
        "hooks.slack.com",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[A-Za-z0-9+/]{20,120})",
        "Slack API, incoming webhooks",
    ),
    token(
        "stripe-key",
        "k_live_ k_test_ whsec_",
        r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,247}|whsec_[A-Za-z0-9+/=]{32,64}",
        "Stripe API, keys",
    ),
    token(
        "square-token", "sq0 eaaa", r"sq0[a-z]{3}-[A-Za-z0-9_\-]{22,43}|EAAA[A-Za-z0-9_\-]{60}", "Square, access tokens"
    ),
    token("shopify-token", "shp", r"shp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{32}", "Shopify, token prefixes"),
    token(
        "plaid-token",
        "access-",
        r"access-(?:sandbox|development|production)-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
        "Plaid, access tokens",
    ),
    token("twilio-key", "sk", r"SK[0-9a-f]{32}", "Twilio, API keys"),
    token("sendgrid-key", "sg.", r"SG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43}", "Twilio SendGrid, API keys"),
    token("mailgun-key", "key-", r"key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}", "Mailgun, API keys"),
    token("mailchimp-key", "-us", r"[0-9a-f]{32}-us\d{1,2}", "Mailchimp Marketing API, keys"),
    token("brevo-key", "xkeysib- xsmtpsib-", r"x(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}", "Brevo, API keys"),
    token("telegram-token", ":aa", r"(?:bot)?\d{8,10}:AA[A-Za-z0-9_\-]{33}", "Telegram Bot API, authorising a bot"),
    token(
        "discord-token",
        ".",
        r"[MNO][A-Za-z0-9_\-]{23,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,38}",
        "Discord, authentication",
    ),
    rule(
        "discord-webhook",
        "/api/webhooks/",
        r"discord(?:app)?\.com/api/webhooks/\d{17,20}/(?P<secret>[A-Za-z0-9_\-]{60,80})",
        "Discord, webhooks",
    ),
    token("typeform-token", "tfp_", r"tfp_[A-Za-z0-9_\-=.]{40,64}", "Typeform, personal access tokens"),
    token("dropbox-token", "sl.", r"sl\.(?:u\.)?[A-Za-z0-9_\-=]{120,1500}", "Dropbox, access tokens"),
    token(
        "onepassword-token", "ops_ej ops_ey", r"ops_eyJ[A-Za-z0-9+/_\-]{200,1500}={0,3}", "1Password, service accounts"
    ),
    token("shippo-token", "shippo_", r"shippo_(?:live|test)_[0-9a-f]{40}", "Shippo, API tokens"),
    token("easypost-key", "ez", r"EZ[AT]K[A-Za-z0-9]{54}", "EasyPost, API keys"),
    token("flutterwave-key", "flwseck", r"FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,40}(?:-X)?", "Flutterwave, API keys"),
    token("prefect-key", "pnu_ pnb_", r"pn[ub]_[A-Za-z0-9]{36}", "Prefect Cloud, API keys"),
    token("adafruit-key", "aio_", r"aio_[A-Za-z0-9]{28}", "Adafruit IO, keys"),
)
"""Messages, payments, mail and the rest."""
