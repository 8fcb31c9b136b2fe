"""Keys and tokens of clouds, hosts and infrastructure, by the forms their makers publish."""

from typing import Final

from holdfast.redaction.rule import Rule, rule, token

CLOUD_TOKENS: Final[tuple[Rule, ...]] = (
    token(
        "aws-access-key", "akia asia abia acca", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", "AWS IAM, unique identifiers"
    ),
    rule(
        "aws-secret-key",
        "aws",
        r"(?i:aws)[\w\-\"'.\]]{0,40}\\?[\"']?\s{0,3}(?:=>|:=|=|:)\s{0,3}\\?[\"']?(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        "AWS IAM, secret access keys are 40 characters of base64",
    ),
    token("aws-bedrock-key", "absk", r"ABSK[A-Za-z0-9+/]{100,270}={0,2}", "Amazon Bedrock, API keys"),
    token("google-api-key", "aiza", r"AIza[0-9A-Za-z_\-]{35}", "Google Cloud, API keys"),
    token("google-oauth-token", "ya29.", r"ya29\.[0-9A-Za-z_\-]{20,2000}", "Google OAuth 2.0, access tokens"),
    token("google-oauth-secret", "gocspx", r"GOCSPX-[0-9A-Za-z_\-]{28}", "Google OAuth 2.0, client secrets"),
    rule(
        "azure-storage-key",
        "accountkey sharedaccesskey",
        r"(?i:AccountKey|SharedAccessKey)=(?P<secret>[A-Za-z0-9+/]{43,86}={1,2})",
        "Azure Storage and Service Bus, connection strings",
    ),
    rule(
        "azure-sas-signature",
        "sig=",
        r"[?&]sig=(?P<secret>[A-Za-z0-9%+/]{40,120}(?:=|%3[Dd]){0,2})",
        "Azure Storage, service SAS",
    ),
    token(
        "azure-client-secret", "q~", r"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34}", "Microsoft Entra, client secrets"
    ),
    token("azure-devops-token", "azdo", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}", "Azure DevOps, personal access tokens"),
    token("digitalocean-token", "_v1_", r"do[oprt]_v1_[0-9a-f]{64}", "DigitalOcean API, tokens"),
    token("alibaba-access-key", "ltai", r"LTAI[A-Za-z0-9]{12,24}", "Alibaba Cloud RAM, AccessKey IDs"),
    token("tencent-secret-id", "akid", r"AKID[A-Za-z0-9]{32}", "Tencent Cloud CAM, SecretIds"),
    token(
        "yandex-key",
        "aqvn y0_ t1.",
        r"AQVN[\w\-]{35,38}|y0_[\w\-]{50,62}|t1\.[A-Z0-9a-z_\-]{20,200}\.[A-Za-z0-9_\-]{86}",
        "Yandex Cloud IAM",
    ),
    token("cloudflare-origin-key", "v1.0-", r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}", "Cloudflare, Origin CA keys"),
    token("heroku-key", "hrku-", r"HRKU-[A-Za-z0-9_\-]{36,64}", "Heroku Platform API, tokens"),
    token(
        "fly-token",
        "fo1_ fm1 fm2_",
        r"fo1_[\w\-]{43}|fm[12][ar]?_[A-Za-z0-9+/_\-]{60,4000}={0,3}",
        "Fly.io, access tokens",
    ),
    token("netlify-token", "nfp_", r"nfp_[A-Za-z0-9]{36,40}", "Netlify, personal access tokens"),
    token("vercel-token", "vcp_ vci_ vca_ vcr_ vck_", r"vc[pciark]_[A-Za-z0-9]{24,64}", "Vercel, token formats"),
    token(
        "supabase-key",
        "sbp_ sb_secret_",
        r"sbp_(?:v0_)?[0-9a-f]{40}|sb_secret_[A-Za-z0-9_\-]{20,60}",
        "Supabase, API keys",
    ),
    token(
        "planetscale-key", "pscale_", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9=._\-]{32,64}", "PlanetScale, service tokens"
    ),
    token("databricks-token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?", "Databricks, personal access tokens"),
    token("vault-token", "hvs. hvb. hvr.", r"hv[sbr]\.[A-Za-z0-9_\-]{24,300}", "HashiCorp Vault, tokens"),
    token(
        "terraform-token", "atlasv1", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{60,70}", "HCP Terraform, API tokens"
    ),
    token(
        "doppler-token",
        "dp.",
        r"dp\.(?:pt|st|ct|sa|scim|audit)(?:\.[a-z0-9_\-]{2,35})?\.[A-Za-z0-9]{40,44}",
        "Doppler, token formats",
    ),
    token("pulumi-token", "pul-", r"pul-[0-9a-f]{40}", "Pulumi Cloud, access tokens"),
    token("tailscale-key", "tskey-", r"tskey-[a-z]{2,12}-[A-Za-z0-9_\-]{12,80}", "Tailscale, key prefixes"),
    token(
        "grafana-token",
        "glc_ glsa_",
        r"glc_[A-Za-z0-9+/]{32,400}={0,3}|glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}",
        "Grafana, service account tokens",
    ),
    token("newrelic-key", "nrak- nrjs- nriq- nrii-", r"NR(?:AK|JS|IQ|II)-[A-Za-z0-9\-]{19,32}", "New Relic, API keys"),
    token("dynatrace-token", "dt0", r"dt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}", "Dynatrace, token format"),
    token("datadog-app-key", "ddapp_ ddpat_", r"dd(?:app|pat)_[A-Za-z0-9]{30,60}", "Datadog, key formats"),
    token(
        "sentry-token",
        "sntrys_ sntryu_",
        r"sntrys_eyJ[A-Za-z0-9+/=_\-]{80,400}|sntryu_[0-9a-f]{64}",
        "Sentry, auth tokens",
    ),
    token("docker-token", "dckr_", r"dckr_(?:pat|oat)_[A-Za-z0-9_\-]{27,40}", "Docker Hub, access tokens"),
    token(
        "age-secret-key",
        "age-secret-key-1",
        r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
        "age, the file encryption format",
    ),
)
"""One row a kind; longer and surer forms first where two could match the same text."""
