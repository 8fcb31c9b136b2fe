"""Frameworks and tools that a newcomer must know of: name in the registry to the name people use."""

from typing import Final

NODE: Final = {
    "react": "React", "next": "Next.js", "vue": "Vue", "nuxt": "Nuxt", "svelte": "Svelte", "@sveltejs/kit": "SvelteKit",
    "@angular/core": "Angular", "solid-js": "SolidJS", "astro": "Astro", "express": "Express", "fastify": "Fastify",
    "koa": "Koa", "@nestjs/core": "NestJS", "electron": "Electron", "react-native": "React Native", "typescript": "TypeScript",
    "vite": "Vite", "webpack": "webpack", "esbuild": "esbuild", "rollup": "Rollup", "vitest": "Vitest", "jest": "Jest",
    "mocha": "Mocha", "eslint": "ESLint", "prettier": "Prettier", "vscode-languageclient": "vscode-languageclient",
    "prisma": "Prisma", "tailwindcss": "Tailwind CSS",
}  # fmt: skip
PYTHON: Final = {
    "django": "Django", "flask": "Flask", "fastapi": "FastAPI", "starlette": "Starlette", "aiohttp": "aiohttp", "tornado": "Tornado",
    "twisted": "Twisted", "scrapy": "Scrapy", "celery": "Celery", "sqlalchemy": "SQLAlchemy", "pydantic": "pydantic",
    "numpy": "NumPy", "pandas": "pandas", "scipy": "SciPy", "torch": "PyTorch", "tensorflow": "TensorFlow", "jax": "JAX",
    "scikit-learn": "scikit-learn", "httpx": "httpx", "requests": "Requests", "click": "click", "typer": "Typer", "rich": "rich",
    "pytest": "pytest", "hypothesis": "Hypothesis", "mypy": "mypy", "ruff": "ruff", "pygls": "pygls", "tree-sitter": "tree-sitter",
}  # fmt: skip
RUST: Final = {
    "tokio": "Tokio", "axum": "axum", "actix-web": "Actix Web", "rocket": "Rocket", "hyper": "hyper", "serde": "Serde",
    "clap": "clap", "diesel": "Diesel", "sqlx": "SQLx", "bevy": "Bevy", "tauri": "Tauri", "rayon": "Rayon", "tonic": "tonic",
}  # fmt: skip
GO: Final = {
    "github.com/gin-gonic/gin": "Gin", "github.com/labstack/echo/v4": "Echo", "github.com/gofiber/fiber/v2": "Fiber",
    "github.com/gorilla/mux": "gorilla/mux", "github.com/go-chi/chi/v5": "chi", "github.com/spf13/cobra": "Cobra",
    "google.golang.org/grpc": "gRPC", "gorm.io/gorm": "GORM", "github.com/stretchr/testify": "Testify", "k8s.io/client-go": "client-go",
}  # fmt: skip
JVM: Final = {
    "spring-boot-starter": "Spring Boot", "spring-boot-starter-web": "Spring Boot", "spring-core": "Spring", "quarkus-core": "Quarkus",
    "micronaut-core": "Micronaut", "junit": "JUnit", "junit-jupiter": "JUnit 5", "junit-jupiter-api": "JUnit 5", "junit-bom": "JUnit 5",
    "testng": "TestNG", "mockito-core": "Mockito", "hibernate-core": "Hibernate", "guava": "Guava", "lombok": "Lombok",
}  # fmt: skip
PHP: Final = {
    "laravel/framework": "Laravel", "symfony/framework-bundle": "Symfony", "slim/slim": "Slim", "doctrine/orm": "Doctrine ORM",
    "phpunit/phpunit": "PHPUnit", "pestphp/pest": "Pest", "phpstan/phpstan": "PHPStan", "twig/twig": "Twig",
}  # fmt: skip
RUBY: Final = {
    "rails": "Rails", "sinatra": "Sinatra", "rspec": "RSpec", "minitest": "Minitest", "rubocop": "RuboCop", "sidekiq": "Sidekiq",
    "jekyll": "Jekyll",
}  # fmt: skip
DOTNET: Final = {
    "xunit": "xUnit", "nunit": "NUnit", "mstest.testframework": "MSTest", "microsoft.entityframeworkcore": "EF Core",
    "newtonsoft.json": "Newtonsoft.Json", "avalonia": "Avalonia",
}  # fmt: skip
