# What we use of cedarpy, whose own annotations leave some dicts bare.
from enum import Enum

class PolicySet:
    @staticmethod
    def from_str(s: str) -> PolicySet: ...

class Entities:
    @staticmethod
    def from_json_str(s: str) -> Entities: ...

class Decision(Enum):
    Allow = "Allow"
    Deny = "Deny"
    NoDecision = "NoDecision"

class Diagnostics:
    @property
    def errors(self) -> list[str]: ...
    @property
    def reasons(self) -> list[str]: ...
    @property
    def id_annotations_by_reason(self) -> dict[str, str]: ...

class AuthzResult:
    @property
    def decision(self) -> Decision: ...
    @property
    def allowed(self) -> bool: ...
    @property
    def diagnostics(self) -> Diagnostics: ...

class ValidationError:
    @property
    def error(self) -> str: ...

class ValidationResult:
    @property
    def validation_passed(self) -> bool: ...
    @property
    def errors(self) -> list[ValidationError]: ...

def is_authorized(request: dict[str, object], policies: PolicySet, entities: Entities) -> AuthzResult: ...
def validate_policies(policies: str, schema: str) -> ValidationResult: ...
