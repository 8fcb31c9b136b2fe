import pytest

from holdfast.redaction.redactor import find_secrets


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sshpass -p '§' ssh ada@shop.dev", id="sshpass"),
        pytest.param("sshpass -p§ scp a b:", id="sshpass without a blank"),
        pytest.param("mysqldump -h db -uroot -p§ shop > shop.sql", id="mysqldump"),
        pytest.param('mariadb --user=root -p"§" shop', id="mariadb"),
        pytest.param("docker login registry.shop.dev -u ada -p §", id="docker"),
        pytest.param("mongosh --host db -u ada -p § shop", id="mongosh"),
        pytest.param("ldapsearch -x -D cn=admin -w § -b dc=shop", id="ldapsearch"),
        pytest.param("redis-cli -h cache -a § ping", id="redis-cli"),
        pytest.param("openssl rsa -in k.pem -passin pass:§ -out k2.pem", id="openssl"),
        pytest.param("echo '§' | sudo -S reboot", id="sudo"),
        pytest.param("echo -n § | docker login -u ada --password-stdin", id="standard input"),
        pytest.param("printf '%s' '§' | sudo chpasswd", id="printf"),
        pytest.param(r"net use \\files\all /user:SHOP\ada § /persistent:no", id="net use"),
        pytest.param("ConvertTo-SecureString -String '§' -AsPlainText -Force", id="PowerShell"),
        pytest.param("CREATE USER 'ada'@'%' IDENTIFIED BY '§';", id="MySQL"),
        pytest.param("alter user ada identified with caching_sha2_password by '§';", id="MySQL with a plugin"),
        pytest.param("CREATE ROLE ada LOGIN PASSWORD '§';", id="PostgreSQL"),
        pytest.param("WIFI:T:WPA;S:Shop;P:§;;", id="Wi-Fi"),
        pytest.param("setx SHOP_PASSWORD '§'", id="a variable of Windows"),
    ],
)
def test_the_password_of_a_command_is_found_and_nothing_around_it(text: str) -> None:
    written = text.replace("§", "Kran!Kahn-19")

    assert [written[one.start : one.end] for one in find_secrets(written)] == ["Kran!Kahn-19"]


@pytest.mark.parametrize(
    "text",
    [
        "mysql -u root -p shop",
        "mysql -p$MYSQL_PASSWORD shop",
        "docker login -u ada -p $TOKEN",
        "docker run -p 8080:80 shop && docker login registry.shop.dev",
        "redis-cli -p 6379 -a <password> ping",
        'echo "$PASSWORD" | docker login --password-stdin',
        "echo done | tee -a log.txt",
        "ConvertTo-SecureString $plain -AsPlainText -Force",
        "net use Z: /delete",
        "The rows are identified by 'order number' and 'date'.",
    ],
)
def test_a_command_without_a_password_stays(text: str) -> None:
    assert [(one.rule, text[one.start : one.end]) for one in find_secrets(text)] == []
